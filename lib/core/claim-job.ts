import type { Job, JobIn, RunningJob } from "@/lib/core/job";
import { factsOf } from "@/lib/core/job-facts";
import { isBeginning } from "@/lib/core/time-limit";

/** Puts a queued job off until the slot that a rate has promised it. It keeps its place in line by age. */
export const putOff = (job: JobIn<"queued">, slotAt: number, now: number): JobIn<"scheduled"> => ({
  ...factsOf(withSlot(job, slotAt)),
  state: "scheduled",
  runAt: slotAt,
  updatedAt: now,
});

const withSlot = <Any extends Job>(job: Any, slotAt: number | null): Any =>
  job.limits?.rate ? { ...job, limits: { ...job.limits, rate: { ...job.limits.rate, slotAt } } } : job;

/** Hands a queued job to one worker, which shows `token` in every later write. */
export const claim = (
  job: JobIn<"queued">,
  { token, leasedUntil, now }: { token: string; leasedUntil: number; now: number },
): RunningJob => ({
  ...factsOf(withSlot(job, null)),
  state: "running",
  token,
  leasedUntil,
  claimedAt: now,
  isOverdue: false,
  stop: null,
  begunAttempt: job.attempt,
  attemptRanMs: isBeginning(job) ? 0 : job.attemptRanMs,
  endsBy: job.endsBy ?? endOf(job, now),
  startedAt: job.startedAt ?? now,
  slices: job.slices + 1,
  last: null,
  updatedAt: now,
});

const endOf = ({ limits }: Job, now: number): number | null => (limits?.jobMs ? now + limits.jobMs : null);
