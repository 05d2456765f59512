import type { Job, JobId, RunningJob } from "@/lib/core/job";

/** What must be so of another job in the moment of a write, which does not happen otherwise. */
export interface Condition {
  readonly id: JobId;
  /** Null: that job is gone. */
  readonly holds: (job: Job | null) => boolean;
}

/** That this worker has the job still, whatever it has saved since. */
export const isHeldBy = ({ id, token }: RunningJob): Condition => ({
  id,
  holds: (job) => job?.state === "running" && job.token === token,
});
