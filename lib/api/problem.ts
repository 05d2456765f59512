import type { Problem } from "@/lib/contracts/contract";
import { StoreUnavailableError } from "@/lib/core/ledger";
import { AppError, type ErrorCode, STATUS_BY_CODE } from "@/lib/errors";

/** A store that went down is asked again by everybody at once: not within the same second. */
const RETRY_AFTER_S = 5;

/** An error as a client may see it. What is not meant for clients becomes `internal`, and says nothing. */
export function toProblem(error: unknown): Problem {
  if (error instanceof AppError) return { ...error.details, ...of(error.code, error.message) };
  if (error instanceof StoreUnavailableError && error.isFull) {
    return of("storage_full", "The database has no room left. Whoever runs this application has to make some.");
  }
  if (error instanceof StoreUnavailableError) {
    return of("unavailable", "The database cannot be reached right now. Try again in a few seconds.");
  }
  return of("internal", "Something went wrong on our side.");
}

const of = (code: ErrorCode, title: string) =>
  ({ type: "about:blank", status: STATUS_BY_CODE[code], code, title }) as const;

/** A problem document, as RFC 9457 wants it sent. */
export function problemResponse(problem: Problem, headers: Readonly<Record<string, string>> = {}): Response {
  return Response.json(problem, {
    status: problem.status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "private, no-store",
      ...retryAfterOf(problem),
      ...headers,
    },
  });
}

function retryAfterOf({ status, retryAfterS }: Problem): Readonly<Record<string, string>> {
  if (status === 503) return { "retry-after": String(RETRY_AFTER_S) };
  return typeof retryAfterS === "number" ? { "retry-after": String(retryAfterS) } : {};
}
