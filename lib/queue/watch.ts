import { type ChildCounts, groupsOf } from "@/lib/core/children";
import { isFinished, type Job, type JobId } from "@/lib/core/job";
import type { JobStore } from "@/lib/core/job-store";
import { percentOf } from "@/lib/core/progress";
import type { Read } from "@/lib/queue/read";
import type { Submittable } from "@/lib/queue/to-new-job";

interface WatchDeps {
  readonly read: Read;
  readonly store: Pick<JobStore, "children">;
  readonly definitions: ReadonlyMap<string, Pick<Submittable, "stages">>;
}

/** A job as it is shown. `tag` changes with whatever can be seen of it. */
export interface Watched {
  readonly tag: string;
  readonly job: Job;
}

/**
 * Reads one of the owner's jobs to show it. One whose children run has the progress that they have made, which costs a
 * second read. @throws AppError `not_found`
 */
export function createWatch({ read, store, definitions }: WatchDeps) {
  return async function watch(id: JobId, owner: string): Promise<Watched> {
    const { rev, job } = await read(id, owner);
    // Whatever its state: once its children have woken it, or it is paused, it must not fall back to what its record says.
    const group = isFinished(job) ? undefined : groupsOf(job.checkpoint).find(({ stage }) => isUnderWay(job, stage));
    if (!group) return { tag: `${rev}`, job };
    const counts = await store.children(id, group);
    const checkpoint = withProgress(job, group.stage, counts);
    const percent = Math.max(job.percent, percentOf(definitions.get(job.name)?.stages ?? {}, checkpoint));
    return { tag: `${rev}-${endedOf(counts)}`, job: { ...job, checkpoint, percent } };
  };
}

const isUnderWay = ({ checkpoint }: Job, stage: string) => checkpoint.stages[stage]?.state === "running";

const endedOf = ({ completed, failed, cancelled }: ChildCounts) => completed + failed + cancelled;

/** A child that is retried is not taken back from what was shown at the parent's last commit. */
function withProgress({ checkpoint }: Job, stage: string, counts: ChildCounts): Job["checkpoint"] {
  const record = checkpoint.stages[stage];
  if (record?.state !== "running") return checkpoint;
  const shown = { ...record, done: Math.max(record.done, endedOf(counts)), failed: counts.failed };
  return { ...checkpoint, stages: { ...checkpoint.stages, [stage]: shown } };
}
