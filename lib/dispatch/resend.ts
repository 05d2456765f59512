export interface ResendDeps {
  readonly wait: (ms: number) => Promise<unknown>;
  /** For each request, with its answer. */
  readonly timeoutMs?: number | undefined;
}

/** Between one sending and the next. */
const WAITS_MS = [100, 500];

/**
 * Sends again what got no answer or a failure of the other side, for the caller of the API waits: a few times, quickly.
 * What was refused (a wrong token, a used-up day) is not sent again. The request must bear being received twice.
 */
export function createResend({ wait, timeoutMs = 3_000 }: ResendDeps) {
  return async function resend<Answer>(send: () => Promise<Answer>): Promise<Answer> {
    for (const waitMs of WAITS_MS) {
      try {
        return await inTime(send(), timeoutMs);
      } catch (error) {
        if (isRefusal(error)) throw error;
        await wait(waitMs);
      }
    }
    return inTime(send(), timeoutMs);
  };
}

/** QStash's errors tell the status of its answer. */
const isRefusal = (error: unknown): boolean =>
  error instanceof Error && "status" in error && typeof error.status === "number" && error.status < 500;

/** The vendor's client takes no signal: an answer that comes too late is not waited for. */
async function inTime<Answer>(answer: Promise<Answer>, timeoutMs: number): Promise<Answer> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`No answer within ${timeoutMs} ms.`)), timeoutMs);
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
