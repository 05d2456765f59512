import type { JobError } from "@/lib/core/job";
import { StoreUnavailableError } from "@/lib/core/ledger";
import { backoffMs, type RetryPolicy } from "@/lib/core/retry-policy";
import type { Outcome } from "@/lib/core/state-machine";
import { AppError, FatalError, RetryableError } from "@/lib/errors";

/**
 * What a thrown error means for a job. Messages of our own error classes were written for the
 * owner; what any other error says may be internal (a path, a query), so it goes to the log only.
 */
export function toOutcome(
  error: unknown,
  attempt: number,
  policy: RetryPolicy,
  random: () => number,
): Extract<Outcome, { kind: "threw" }> {
  const shown = toJobError(error);
  if (error instanceof FatalError) return { kind: "threw", error: shown, retryInMs: null };
  const retryInMs = askedDelayMs(error) ?? backoffMs(policy, attempt, random);
  return { kind: "threw", error: shown, retryInMs };
}

/** Whoever asks for more has not meant it. */
const MAX_ASKED_MS = 30 * 24 * 3_600_000;

/** A provider's `Retry-After` may be nonsense, immense or a fraction, and a record with such an instant could not be read back. */
function askedDelayMs(error: unknown): number | undefined {
  const asked = error instanceof RetryableError ? error.retryAfterMs : undefined;
  return asked !== undefined && Number.isFinite(asked)
    ? Math.min(Math.max(0, Math.ceil(asked)), MAX_ASKED_MS)
    : undefined;
}

/** What a job wrote was not kept: the file store is out of reach or full, which is for a later attempt to find out. */
export function failStorage(cause: unknown): never {
  const message = "What it wrote could not be kept: the file store is full or out of reach. It will try again.";
  throw new RetryableError("storage_failed", message, { cause });
}

/** The database or the file store was out of reach while the job used it: no failure of the job, and no attempt. */
export const isOutage = (error: unknown): boolean =>
  error instanceof StoreUnavailableError || (error instanceof AppError && error.code === "unavailable");

export const isUnexpected = (error: unknown): boolean =>
  !(error instanceof FatalError || error instanceof RetryableError || error instanceof AppError);

function toJobError(error: unknown): JobError {
  if (error instanceof FatalError || error instanceof RetryableError || error instanceof AppError) {
    return { code: error.code, message: error.message };
  }
  return {
    code: "unexpected",
    message: "Something went wrong that this job did not foresee. The server's log has the details.",
  };
}
