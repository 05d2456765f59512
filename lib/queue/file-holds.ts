import type { JobId } from "@/lib/core/job";

/** Keeps uploaded files as long as a job names them. */
export interface FileHolds {
  /** @throws AppError `file_not_found` if one of them is not the owner's. */
  hold(owner: string, fileIds: readonly string[], jobId: JobId): Promise<unknown>;
  /** With `deleteUnused`, a file that no other job names is deleted at once, not when its time is over. */
  release(
    owner: string,
    fileIds: readonly string[],
    jobId: JobId,
    options?: { readonly deleteUnused?: boolean },
  ): Promise<unknown>;
}
