import type { BulkFilter, BulkVerb } from "@/lib/core/bulk";
import type { Job, JobId, JobState } from "@/lib/core/job";
import type { Verb } from "@/lib/core/job-store";
import type { FailureGroup, WalkCursor, WalkedPage } from "@/lib/core/job-walk";
import type { Submission } from "@/lib/core/submission";
import type { Json } from "@/lib/json";

interface JobPageRequest {
  readonly cursor: string | null;
  readonly limit: number;
  readonly state?: JobState | undefined;
  readonly name?: string | undefined;
  readonly queue?: string | undefined;
  readonly tag?: string | undefined;
  readonly q?: string | undefined;
  readonly parent?: JobId | undefined;
}

interface BulkRequest {
  readonly verb: BulkVerb;
  readonly filter: BulkFilter;
}

/** What callers may do with jobs. Another owner's are not found. */
export interface JobDesk {
  submit(submission: Omit<Submission, "id" | "fallback">): Promise<{ readonly job: Job; readonly isNew: boolean }>;
  read(id: JobId, owner: string): Promise<{ readonly rev: number; readonly job: Job }>;
  watch(id: JobId, owner: string): Promise<{ readonly tag: string; readonly job: Job }>;
  readOutput(
    id: JobId,
    owner: string,
  ): Promise<
    | { readonly kind: "value"; readonly value: Json }
    | { readonly kind: "file"; readonly bytes: AsyncIterable<Uint8Array>; readonly size: number }
  >;
  list(owner: string, page: JobPageRequest): Promise<{ readonly jobs: readonly Job[]; readonly cursor: string | null }>;
  /** Failed jobs by what went wrong: an owner's, or with null everybody's. */
  readonly failures: {
    groups(owner: string | null): Promise<{ readonly groups: readonly FailureGroup[]; readonly isWhole: boolean }>;
    jobs(
      owner: string | null,
      fingerprint: string,
      page: { readonly cursor: WalkCursor | null; readonly limit: number },
    ): Promise<WalkedPage>;
  };
  /** Many of an owner's jobs at once; the operator's own are everybody's. */
  readonly bulk: {
    preview(
      owner: string,
      request: BulkRequest,
    ): Promise<{ readonly count: number; readonly atLeast: boolean; readonly examples: readonly Job[] }>;
    start(
      owner: string,
      request: BulkRequest,
      idempotencyKey: string | null,
    ): Promise<{ readonly job: Job; readonly isNew: boolean }>;
  };
  control(id: JobId, owner: string, verb: Verb): Promise<Job>;
  wake(
    id: JobId,
    owner: string | null,
    wake: { readonly name: string; readonly payload: Json; readonly id?: string | undefined },
  ): Promise<Job>;
  remove(id: JobId, owner: string): Promise<void>;
}
