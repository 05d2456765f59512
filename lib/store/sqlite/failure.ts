import { StoreUnavailableError } from "@/lib/core/ledger";

/** Another process has the file, it may not be written, or its disk is full or broken: nothing that we have asked wrongly. */
const SERVES_NOBODY: ReadonlySet<number> = new Set([5, 6, 8, 10, 13, 14]);
const SQLITE_FULL = 13;

/** The low byte says what it is, the others say it more exactly. */
const codeOf = (error: unknown): number | null =>
  error instanceof Error && "errcode" in error && typeof error.errcode === "number" ? error.errcode & 0xff : null;

/** Does what a ledger was asked for. @throws StoreUnavailableError where the file serves nobody for now */
export function orUnavailable<Answer>(act: () => Answer): Answer {
  try {
    return act();
  } catch (cause) {
    const code = codeOf(cause);
    if (!(cause instanceof Error) || code === null || !SERVES_NOBODY.has(code)) throw cause;
    throw new StoreUnavailableError(cause.message, { cause, isFull: code === SQLITE_FULL });
  }
}
