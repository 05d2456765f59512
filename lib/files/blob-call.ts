import {
  BlobNotFoundError,
  BlobRequestAbortedError,
  BlobServiceNotAvailable,
  BlobServiceRateLimited,
  BlobStoreSuspendedError,
  BlobUnknownError,
} from "@vercel/blob";
import { AppError } from "@/lib/errors";

export interface BlobCallDeps {
  readonly wait: (ms: number) => Promise<unknown>;
  /** How long one call may take, with all the repeats that the client makes of its own accord. */
  readonly timeoutMs?: number | undefined;
}

export type BlobCall = ReturnType<typeof createBlobCall>;

/** The client repeats a failed call for a quarter of an hour, longer than the function that waits for it lives. */
const TIMEOUT_MS = 30_000;

const TIMES_ASKED_TO_WAIT = 3;
const LONGEST_WAIT_MS = 10_000;

/**
 * Calls the client of Vercel Blob: within a time, again when told to come back later, and with errors that say
 * what to do. A blob that is not there is passed on as the client's own `BlobNotFoundError`.
 */
export function createBlobCall({ wait, timeoutMs = TIMEOUT_MS }: BlobCallDeps) {
  return async function call<Result>(action: (abortSignal: AbortSignal) => Promise<Result>): Promise<Result> {
    for (let asked = 0; ; asked += 1) {
      try {
        return await within(timeoutMs, action);
      } catch (error) {
        if (!(error instanceof BlobServiceRateLimited) || asked === TIMES_ASKED_TO_WAIT) throw toFailure(error);
        await wait(politeWaitMs(error.retryAfter));
      }
    }
  };
}

/** What `Retry-After` asks for, in milliseconds, as far as a function can spare it. */
export const politeWaitMs = (seconds: number): number =>
  Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1_000, LONGEST_WAIT_MS) : 1_000;

/**
 * What `action` answers, if it does so in time; else it is aborted.
 *
 * @throws BlobServiceNotAvailable
 */
export async function within<Result>(ms: number, action: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const own = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new BlobServiceNotAvailable());
    own.abort();
  }, ms);
  try {
    return await Promise.race([action(own.signal), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** The file store's own failure, as whoever waits for it should see it. */
function toFailure(cause: unknown): unknown {
  if (cause instanceof BlobStoreSuspendedError) {
    return new AppError("storage_full", "The file store takes no more: its plan is used up.", { cause });
  }
  return isOutOfReach(cause) ? unreachableStore(cause) : cause;
}

export const unreachableStore = (cause: unknown): AppError =>
  new AppError("unavailable", "The file store cannot be reached right now. Try again in a few seconds.", { cause });

/** What `fetch` says of a line that could not be had, or broke. */
const ON_THE_LINE = /^(fetch failed|terminated|other side closed)$/;

/** A failure on the way or in the service, which another try may not meet. */
const isOutOfReach = (error: unknown): boolean =>
  error instanceof BlobServiceNotAvailable ||
  error instanceof BlobUnknownError ||
  error instanceof BlobServiceRateLimited ||
  error instanceof BlobRequestAbortedError ||
  (error instanceof TypeError && ON_THE_LINE.test(error.message));

/** Turns "there is no such blob" into a value, and passes on every other failure. */
export function nullIfNoBlob(error: unknown): null {
  if (error instanceof BlobNotFoundError) return null;
  throw error;
}
