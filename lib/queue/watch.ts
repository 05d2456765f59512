import { type ChildCounts, groupsOf, isChildrenWake } from "@/lib/core/children";
import type { Job, JobId } from "@/lib/core/job";
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
 * Reads one of the owner's jobs to show it. One that waits for its children has the progress that they have made,
 * which costs a second read. @throws AppError `not_found`
 */
export function createWatch({ read, store, definitions }: WatchDeps) {
  return async function watch(id: JobId, owner: string): Promise<Watched> {
    const { rev, job } = await read(id, owner);
    const waitFor = job.state === "waiting" ? job.waitFor : null;
    if (!waitFor || !isChildrenWake(waitFor.name)) return { tag: `${rev}`, job };
    const group = groupsOf(job.checkpoint).find(({ stage }) => stage === waitFor.stage);
    if (!group) return { tag: `${rev}`, job };
    const counts = await store.children(id, group);
    const checkpoint = withProgress(job, waitFor.stage, counts);
    const percent = Math.max(job.percent, percentOf(definitions.get(job.name)?.stages ?? {}, checkpoint));
    return { tag: `${rev}-${endedOf(counts)}`, job: { ...job, checkpoint, percent } };
  };
}

const endedOf = ({ completed, failed, cancelled }: ChildCounts) => completed + failed + cancelled;

/** A child that is retried is not taken back from what was shown at the parent's last commit. */
function withProgress({ checkpoint }: Job, stage: string, counts: ChildCounts): Job["checkpoint"] {
  const record = checkpoint.stages[stage];
  if (record?.state !== "running") return checkpoint;
  const shown = { ...record, done: Math.max(record.done, endedOf(counts)), failed: counts.failed };
  return { ...checkpoint, stages: { ...checkpoint.stages, [stage]: shown } };
}
