import type { JobId } from "@/lib/core/job";
import type { DuplicatePolicy } from "@/lib/core/job-store";
import type { Json } from "@/lib/json";

export interface SubmitOptions {
  /** Seconds of head start over others in the queue. */
  readonly priority?: number | undefined;
  readonly delayMs?: number | undefined;
  readonly runAt?: number | undefined;
  /** Instead of the definition's own. */
  readonly uniqueKey?: string | undefined;
  /** The owner's own words for it, to find it by. */
  readonly tags?: readonly string[] | undefined;
  /** What becomes of this job while another one with its unique key is unfinished; as the definition says without it. */
  readonly onDuplicate?: DuplicatePolicy | undefined;
}

/** A wish for a job, in its caller's words. */
export interface Submission {
  readonly owner: string;
  readonly name: string;
  readonly input: Json;
  readonly options?: SubmitOptions | undefined;
  readonly idempotencyKey?: string | null | undefined;
  /** True for requests from outside, which may submit public definitions only. */
  readonly fromApi: boolean;
  /** For a submission that may be repeated: the second time it finds the first one's job. New without it. */
  readonly id?: JobId | undefined;
  /** Keys for a job that has none by its definition and options. */
  readonly fallback?:
    | { readonly uniqueKey?: string | undefined; readonly concurrencyKey?: string | undefined }
    | undefined;
}
