/** Every problem an API client can be shown, and the HTTP status it is shown with. */
export const STATUS_BY_CODE = {
  invalid_request: 422,
  unauthenticated: 401,
  invitation_needed: 401,
  operator_needed: 401,
  foreign_origin: 403,
  not_found: 404,
  method_not_allowed: 405,
  not_finished: 409,
  not_possible: 409,
  parent_began_anew: 409,
  job_failed: 409,
  job_cancelled: 409,
  parts_missing: 409,
  idempotency_conflict: 409,
  duplicate_job: 409,
  too_many_wakes: 409,
  too_large: 413,
  range_not_satisfiable: 416,
  unknown_job: 422,
  filter_not_supported: 422,
  cron_invalid: 422,
  time_zone_unknown: 422,
  file_not_found: 422,
  file_empty: 422,
  file_not_text: 422,
  webhook_address_refused: 422,
  too_many_requests: 429,
  quota_exceeded: 429,
  internal: 500,
  unavailable: 503,
  storage_full: 507,
} as const;

export type ErrorCode = keyof typeof STATUS_BY_CODE;

/**
 * Knows an error by its name where its class may have been loaded twice: Next loads a module once for each
 * bundle, and what is thrown in the application's is caught in a route's.
 */
export const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;

/** An error whose message may be shown to the caller; `details` go into the problem document beside it. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    readonly code: ErrorCode,
    message: string,
    { details = {}, ...options }: ErrorOptions & { details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options);
    this.details = details;
  }

  static override [Symbol.hasInstance](error: unknown): boolean {
    return isNamed(error, "AppError");
  }
}

/** Ends a job at once: trying again cannot help. */
export class FatalError extends Error {
  override readonly name = "FatalError";

  /** `code` is stable and shown to the owner: `header_missing`, `cursor_incompatible`. */
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  static override [Symbol.hasInstance](error: unknown): boolean {
    return isNamed(error, "FatalError");
  }
}

/** Costs an attempt, and says when the next one makes sense: a provider's `Retry-After`. */
export class RetryableError extends Error {
  override readonly name = "RetryableError";
  readonly retryAfterMs: number | undefined;

  constructor(
    readonly code: string,
    message: string,
    { retryAfterMs, ...options }: ErrorOptions & { retryAfterMs?: number } = {},
  ) {
    super(message, options);
    this.retryAfterMs = retryAfterMs;
  }

  static override [Symbol.hasInstance](error: unknown): boolean {
    return isNamed(error, "RetryableError");
  }
}
