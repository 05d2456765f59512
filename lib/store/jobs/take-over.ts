import { type FinishedJob, isFinished, type Job, type JobIn } from "@/lib/core/job";
import type { NewJob } from "@/lib/core/job-store";
import type { Retention } from "@/lib/core/keeping";
import * as machine from "@/lib/core/state-machine";
import { billed } from "@/lib/store/jobs/billing";
import type { Desk } from "@/lib/store/jobs/create-desk";
import type { Decision } from "@/lib/store/jobs/decide-again";
import type { KeptJob } from "@/lib/store/jobs/job-text";
import { mergeChanges } from "@/lib/store/jobs/merge-changes";
import { loadLanes, plan } from "@/lib/store/jobs/plan";

interface At {
  readonly now: number;
  readonly retention: Retention;
}

/** An unfinished job that holds the unique key of a new one, as it is and as it will be once that has the key. */
export interface TakeOver {
  readonly before: KeptJob;
  readonly after: JobIn<"running" | "cancelled">;
}

/** Null: the new job takes nothing over. */
export function takeOverOf(rival: KeptJob | null, { id, onDuplicate }: NewJob, at: At): TakeOver | null {
  if (!rival || onDuplicate !== "replace" || isFinished(rival.job)) return null;
  const { job } = rival as KeptJob<Exclude<Job, FinishedJob>>; // checked above, which does not narrow the pair
  return { before: rival, after: billed(machine.replace(job, id, at), "control") };
}

/** Reads the lanes that these jobs leave. */
export const loadLanesLeft = (desk: Desk, takeOvers: readonly TakeOver[]) =>
  loadLanes(
    desk,
    takeOvers.map(({ before, after }) => ({ was: before.job, after })),
  );

/** Cancels the one and adds the other, both or neither; `add` is decided after the cancel. */
export function planTakeOver<Answer>(
  desk: Desk,
  { before, after }: TakeOver,
  now: number,
  add: () => Decision<Answer> | "later",
): Decision<Answer> | "later" {
  const left = plan(desk, { before, after, answer: null }, now);
  if (left === "later") return left;
  const added = add();
  if (added === "later" || !added.change || !left.change) return added;
  return {
    ...added,
    change: mergeChanges(left.change, added.change),
    wakes: [left.wakes ?? [], added.wakes ?? []].flat(2),
  };
}

/** The job's end that a take-over brings makes room for one more of its owner's. */
export const placesFreed = (takeOver: TakeOver | null): number => (takeOver && isFinished(takeOver.after) ? 1 : 0);
