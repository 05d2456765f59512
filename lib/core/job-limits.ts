import { z } from "zod";
import { Keep } from "@/lib/core/keeping";
import { Rate } from "@/lib/core/rate-limit";
import { type Duration, toMs } from "@/lib/duration";

/** What its definition limits of a job, as it was when the job was made. */
export const JobLimits = z.object({
  /** Starts of jobs with one key of one owner and name. `slotAt` was promised to a job that was put off. */
  rate: Rate.extend({ key: z.string(), slotAt: z.number().nullable() }).nullable(),
  attemptMs: z.int().positive().nullable(),
  jobMs: z.int().positive().nullable(),
  keep: Keep.nullish(),
});
export type JobLimits = z.infer<typeof JobLimits>;

/** What a definition says of the limits of its jobs. */
export interface LimitSpecs<Input> {
  /** So many jobs of an owner with the same key start within any such span; the others wait. */
  readonly rateLimit?: { key(input: Input): string; readonly limit: number; readonly per: Duration };
  /** How long one attempt may run, and how long the job may take from its first start. */
  readonly timeouts?: { readonly attempt?: Duration; readonly job?: Duration };
  /** How long its finished jobs are kept, and how many of an owner: the oldest of too many are removed. */
  readonly keep?: {
    readonly completedFor?: Duration;
    readonly failedFor?: Duration;
    readonly completedCount?: number;
    readonly failedCount?: number;
  };
}

/** @throws RangeError if a limit makes no sense: found when the job is defined, not when it runs */
export function assertLimits<Input>({ rateLimit, timeouts, keep }: LimitSpecs<Input>): void {
  if (rateLimit) rateOf(rateLimit);
  if (keep) keepOf(keep);
  for (const duration of [timeouts?.attempt, timeouts?.job]) spanOf(duration);
}

/** The limits of one job; null where its definition names none. */
export function limitsOf<Input>({ rateLimit, timeouts, keep }: LimitSpecs<Input>, input: Input): JobLimits | null {
  if (!rateLimit && !timeouts && !keep) return null;
  return {
    rate: rateLimit ? { ...rateOf(rateLimit), key: rateLimit.key(input), slotAt: null } : null,
    attemptMs: spanOf(timeouts?.attempt),
    jobMs: spanOf(timeouts?.job),
    ...(keep && { keep: keepOf(keep) }),
  };
}

const keepOf = ({
  completedFor,
  failedFor,
  completedCount,
  failedCount,
}: NonNullable<LimitSpecs<never>["keep"]>): Keep => ({
  completedMs: spanOf(completedFor),
  failedMs: spanOf(failedFor),
  completedCount: countOf(completedCount),
  failedCount: countOf(failedCount),
});

function countOf(count: number | undefined): number | null {
  if (count === undefined) return null;
  if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`Not a number of jobs to keep: ${count}`);
  return count;
}

/** @throws RangeError unless `limit` is a whole number above 0 and `per` a span */
export function rateOf({ limit, per }: { readonly limit: number; readonly per: Duration }): Rate {
  if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError(`Not a rate: ${limit} in ${per}`);
  return { limit, perMs: positive(per) };
}

const spanOf = (duration: Duration | undefined): number | null => (duration === undefined ? null : positive(duration));

function positive(duration: Duration): number {
  const ms = toMs(duration);
  if (ms === 0) throw new RangeError(`A limit of no time at all: "${duration}"`);
  return ms;
}
