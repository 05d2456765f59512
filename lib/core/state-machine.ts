import { type Checkpoint, EMPTY_CHECKPOINT } from "@/lib/core/checkpoint";
import { errorFingerprint } from "@/lib/core/error-fingerprint";
import {
  type FinishedJob,
  isFinished,
  type Job,
  type JobError,
  type JobId,
  type JobIn,
  type JobOutput,
  type RunningJob,
} from "@/lib/core/job";
import { factsOf, finish } from "@/lib/core/job-facts";
import type { Retention } from "@/lib/core/keeping";
import { isOverdueAt, notAfterItsEnd, ranMs, timedOutMessage, timeLimitOf } from "@/lib/core/time-limit";
import { markRead, NO_WAKES, take, type WaitFor } from "@/lib/core/wake";

/** How a worker gives a job up. */
export type Outcome =
  | { readonly kind: "completed"; readonly output: JobOutput }
  /** `retryInMs` null: trying again cannot help. */
  | { readonly kind: "threw"; readonly error: JobError; readonly retryInMs: number | null }
  | { readonly kind: "waiting"; readonly delayMs: number; readonly waitFor?: undefined }
  /** Until it is woken; `delayMs` null: however long that takes. */
  | { readonly kind: "waiting"; readonly delayMs: number | null; readonly waitFor: WaitFor }
  /** Its time budget was spent, or it was asked to stop. */
  | { readonly kind: "interrupted" };

/** What a slice has reached by the time it ends. */
export interface Reached {
  readonly checkpoint: Checkpoint;
  readonly percent: number;
}

/** A loss is a lease that ran out; so many in a row, without any work moved on, end a job. */
export const MAX_LOSSES = 10;

/** Interrupted jobs stand in front of all that were never begun, the oldest first. */
const HEAD_START_OF_BEGUN_MS = 1e13;

/** The place in line of a job that becomes ready: by age, with a head start of `priority` seconds. */
export const rankOf = ({ createdAt, priority }: Pick<Job, "createdAt" | "priority">): number =>
  createdAt - priority * 1_000;

/** A job that a worker may take. */
export const queue = (job: Job, now: number): JobIn<"queued"> => ({
  ...factsOf(job),
  state: "queued",
  rank: rankOf(job),
  updatedAt: now,
});

/** Saves what was reached and renews the lease. Work that moved on forgives losses, and has read what woke it. */
export const commit = (
  job: RunningJob,
  { checkpoint, percent, leasedUntil, now }: Reached & { leasedUntil: number; now: number },
): RunningJob => ({
  ...job,
  checkpoint,
  percent: Math.max(job.percent, percent),
  leasedUntil,
  isOverdue: isOverdueAt(job, now),
  commits: job.commits + 1,
  losses: 0,
  wakes: markRead(job.wakes),
  updatedAt: now,
});

/** Renews the lease between commits. It is no progress, so losses stay counted. */
export const renew = (job: RunningJob, { leasedUntil, now }: { leasedUntil: number; now: number }): RunningJob => ({
  ...job,
  leasedUntil,
  isOverdue: isOverdueAt(job, now),
});

/** Ends a job for good, as one of the dead letters. */
export const fail = (job: Job, error: JobError, { now, retention }: { now: number; retention: Retention }) => ({
  ...finish(job, "failed", now, retention),
  error,
  fingerprint: errorFingerprint(job.name, error),
});

const obeyStop = (job: RunningJob, from: JobIn<"paused">["from"], now: number, retention: Retention) =>
  job.stop === "cancel"
    ? finish(job, "cancelled", now, retention)
    : ({ ...factsOf(job), state: "paused", from, updatedAt: now } as const);

/**
 * Decides what becomes of a job that its worker gives up. What was asked of it
 * (cancel, pause) is obeyed, unless it has completed or failed for good before it heard of it.
 */
export function settle(
  running: RunningJob,
  outcome: Outcome,
  { checkpoint, percent }: Reached,
  { now, retention }: { now: number; retention: Retention },
): Exclude<Job, JobIn<"running" | "scheduled">> {
  const last = { token: running.token, answer: "settled" as const };
  const hasMoved = checkpoint !== running.checkpoint;
  const job: RunningJob = {
    ...running,
    checkpoint,
    percent: Math.max(running.percent, percent),
    losses: hasMoved ? 0 : running.losses,
    attemptRanMs: ranMs(running, now),
    last,
  };
  switch (outcome.kind) {
    case "completed":
      return { ...finish(job, "completed", now, retention), percent: 100, output: outcome.output };
    case "threw": {
      const { error, retryInMs } = outcome;
      if (retryInMs === null || job.attempt >= job.maxAttempts) {
        return fail(job, error, { now, retention });
      }
      const runAt = notAfterItsEnd(now + retryInMs, job);
      if (job.stop)
        return obeyStop({ ...job, attempt: job.attempt + 1 }, { state: "retrying", runAt, error }, now, retention);
      return { ...factsOf(job), state: "retrying", attempt: job.attempt + 1, runAt, error, updatedAt: now };
    }
    case "waiting": {
      const { delayMs, waitFor = null } = outcome;
      const wakes = waitFor && take(job.wakes, waitFor);
      if (wakes) {
        const woken = { ...job, wakes };
        return job.stop ? obeyStop(woken, { state: "queued" }, now, retention) : queue(woken, now);
      }
      const runAt = notAfterItsEnd(delayMs === null ? null : now + delayMs, job);
      const waiting = { state: "waiting", runAt, waitFor } as const;
      if (job.stop) return obeyStop(job, waiting, now, retention);
      return { ...factsOf(job), ...waiting, updatedAt: now };
    }
    case "interrupted":
      if (job.stop) return obeyStop(job, { state: "queued" }, now, retention);
      return { ...queue(job, now), rank: rankOf(job) - HEAD_START_OF_BEGUN_MS };
  }
}

/**
 * Takes a job from a worker whose lease ran out. A job that takes every worker with it ends. One whose worker was
 * heard of beyond the job's time limit was not lost: its time is over, which costs an attempt, or all of them.
 */
export function rescue(
  running: RunningJob,
  { now, retention }: { now: number; retention: Retention },
): JobIn<"queued" | "failed" | "cancelled" | "paused"> {
  const limit = running.isOverdue ? timeLimitOf(running) : null;
  const ran = { ...running, attemptRanMs: ranMs(running, running.updatedAt) };
  const job = limit ? ran : { ...ran, losses: running.losses + 1 };
  if (job.stop) return obeyStop(job, { state: "queued" }, now, retention);
  if (limit && (limit.isFinal || job.attempt >= job.maxAttempts)) {
    return fail(job, { code: "timed_out", message: timedOutMessage(limit) }, { now, retention });
  }
  if (limit) return queue({ ...job, attempt: job.attempt + 1 }, now);
  if (job.losses < MAX_LOSSES) return queue(job, now);
  const message = `Its worker was lost ${job.losses} times in a row without any progress.`;
  return fail(job, { code: "worker_lost", message }, { now, retention });
}

/** Cancels at once, or asks the worker to; null if the job has ended. */
export function cancel(job: Job, { now, retention }: { now: number; retention: Retention }): Job | null {
  switch (job.state) {
    case "completed":
    case "failed":
    case "cancelled":
      return null;
    case "running":
      return job.stop === "cancel" ? job : { ...job, stop: "cancel" };
    default:
      return finish(job, "cancelled", now, retention);
  }
}

/** Cancels an unfinished job for another that takes its unique key over. */
export function replace<Unfinished extends Exclude<Job, FinishedJob>>(
  job: Unfinished,
  by: JobId,
  { now, retention }: { now: number; retention: Retention },
): RunningJob | JobIn<"cancelled"> {
  const replaced = { ...job, replacedBy: by };
  return replaced.state === "running" ? { ...replaced, stop: "cancel" } : finish(replaced, "cancelled", now, retention);
}

/** Keeps a finished job that is still needed. */
export const keepUntil = (job: FinishedJob, expiresAt: number): FinishedJob => ({ ...job, expiresAt });

/** Ends the time of a finished job, so that it stands still while it is removed; null for any other. */
export function expire(job: Job, { now }: { now: number }): FinishedJob | null {
  if (!isFinished(job)) return null;
  return job.expiresAt <= now ? job : { ...job, expiresAt: now };
}

/** Gives a failed or cancelled job its attempts anew; null for any other, and for one that is being removed. */
export function retry(job: Job, from: "checkpoint" | "start", { now }: { now: number }): JobIn<"queued"> | null {
  if ((job.state !== "failed" && job.state !== "cancelled") || job.expiresAt <= now) return null;
  const fresh = {
    attempt: 1,
    begunAttempt: 0,
    retries: job.retries + 1,
    endsBy: null,
    losses: 0,
    replacedBy: null,
    last: null,
  };
  const queued = { ...queue(job, now), ...fresh };
  return from === "start" ? { ...queued, checkpoint: EMPTY_CHECKPOINT, percent: 0, wakes: NO_WAKES } : queued;
}
