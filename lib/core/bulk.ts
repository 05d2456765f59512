import { z } from "zod";
import { isFinished, JOB_STATES, type Job, type JobState } from "@/lib/core/job";
import type { JobSource } from "@/lib/core/job-walk";

/** Which jobs are meant: those that fit all that is said. */
export const BulkFilter = z.strictObject({
  state: z.enum(JOB_STATES as [JobState, ...JobState[]]).optional(),
  name: z.string().min(1).max(100).optional(),
  queue: z.string().min(1).max(100).optional(),
  tag: z.string().trim().min(1).max(64).optional(),
  /** Failed jobs of one kind. */
  fingerprint: z.string().min(1).max(100).optional(),
  /** Submitted before this instant. */
  before: z.int().nonnegative().optional(),
  /** For the operator: whose jobs; everybody's without it. */
  owner: z.string().min(1).max(200).optional(),
});
export type BulkFilter = z.infer<typeof BulkFilter>;

/** `retry` goes on from the checkpoint, `restart` from the start. */
export const BulkVerb = z.enum(["retry", "restart", "cancel", "delete"]);
export type BulkVerb = z.infer<typeof BulkVerb>;

/** What is to be done with many jobs. Those that come to fit after `upTo` are left alone. */
export const BulkOrder = z.object({ verb: BulkVerb, filter: BulkFilter, upTo: z.int() });
export type BulkOrder = z.infer<typeof BulkOrder>;

const CAN_BE_RETRIED: readonly JobState[] = ["failed", "cancelled"];
const FINISHED: readonly JobState[] = [...CAN_BE_RETRIED, "completed"];

/** What states a verb is for. A retry of cancelled jobs has to be said: somebody wanted them to end. */
export function statesOf({ verb, filter: { state, fingerprint } }: Omit<BulkOrder, "upTo">): readonly JobState[] {
  const said = (each: JobState) => (!state || state === each) && (!fingerprint || each === "failed");
  switch (verb) {
    case "retry":
    case "restart":
      return (state ? CAN_BE_RETRIED : (["failed"] as const)).filter(said);
    case "cancel":
      return JOB_STATES.filter((each) => !FINISHED.includes(each)).filter(said);
    case "delete":
      return FINISHED.filter(said);
  }
}

/**
 * Where the jobs are found without looking at everybody's: among the failures, an owner's own, or a queue's line.
 * Null if there is no such place. `owner` null: everybody's.
 */
export function sourceOf(order: Omit<BulkOrder, "upTo">, owner: string | null): JobSource | null {
  const { fingerprint, queue } = order.filter;
  const states = statesOf(order);
  if (states.every((state) => state === "failed")) return { kind: "failed", owner, fingerprint };
  if (owner !== null) return { kind: "owner", owner };
  const isLine = queue !== undefined && states.every((state) => state === "queued");
  return isLine ? { kind: "queue", queue } : null;
}

/** Whether a job is one of those meant, and was so already when the order was given. */
export function fits(job: Job, order: BulkOrder, owner: string | null): boolean {
  const { name, queue, tag, fingerprint, before, state } = order.filter;
  return (
    statesOf(order).includes(job.state) &&
    (owner === null || job.owner === owner) &&
    (name === undefined || job.name === name) &&
    (queue === undefined || job.queue === queue) &&
    (tag === undefined || job.tags.includes(tag)) &&
    (fingerprint === undefined || (job.state === "failed" && job.fingerprint === fingerprint)) &&
    (before === undefined || job.createdAt < before) &&
    cameAt(job, state !== undefined) <= order.upTo
  );
}

/** Since when a job fits: its end if it has ended, and its state's begin where that was asked for. */
function cameAt(job: Job, isStateMeant: boolean): number {
  if (isFinished(job)) return job.finishedAt;
  if (!isStateMeant) return job.createdAt;
  // A running job's last change is its last commit.
  return job.state === "running" ? (job.startedAt ?? job.createdAt) : job.updatedAt;
}
