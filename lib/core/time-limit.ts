import type { Job, RunningJob } from "@/lib/core/job";

/** When the time of a running job is over, should it run on until then; `isFinal`: that of the job, not of the attempt. */
export interface TimeLimit {
  readonly at: number;
  readonly isFinal: boolean;
}

/** Null: it may run as long as it likes. */
export function timeLimitOf({ limits, claimedAt, attemptRanMs, endsBy }: RunningJob): TimeLimit | null {
  const attemptMs = limits?.attemptMs ?? null;
  const attemptAt = attemptMs === null || claimedAt === null ? null : claimedAt + attemptMs - attemptRanMs;
  if (endsBy !== null && (attemptAt === null || endsBy <= attemptAt)) return { at: endsBy, isFinal: true };
  return attemptAt === null ? null : { at: attemptAt, isFinal: false };
}

/** Whether a worker was heard of beyond the limit of its job. */
export function isOverdueAt(job: RunningJob, now: number): boolean {
  const limit = timeLimitOf(job);
  return limit !== null && now >= limit.at;
}

/** How long this attempt has run by `until`, in all its slices. */
export const ranMs = ({ attemptRanMs, claimedAt }: RunningJob, until: number): number =>
  attemptRanMs + (claimedAt === null ? 0 : Math.max(0, until - claimedAt));

/** Whether the next claim begins an attempt, rather than going on with one. */
export const isBeginning = ({ begunAttempt, attempt }: Job): boolean => begunAttempt !== attempt;

/** No job has to be looked at later than it must have ended. */
export const notAfterItsEnd = <At extends number | null>(runAt: At, { endsBy }: Job): At | number =>
  endsBy === null ? runAt : Math.min(runAt ?? endsBy, endsBy);

/** What is said of a job whose time was over. */
export const timedOutMessage = ({ isFinal }: TimeLimit): string =>
  isFinal ? "The job took longer than it may." : "An attempt of the job ran longer than it may.";
