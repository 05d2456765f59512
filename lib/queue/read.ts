import type { Job, JobId } from "@/lib/core/job";
import type { JobStore } from "@/lib/core/job-store";
import { AppError } from "@/lib/errors";

export type Read = ReturnType<typeof createRead>;

/** What is said of an unknown job and of somebody else's: the two must look alike. */
export const jobNotFound = (): AppError => new AppError("not_found", "There is no such job.");

/** Reads one of the owner's jobs with its revision. @throws AppError `not_found` */
export function createRead({ store }: { readonly store: Pick<JobStore, "get"> }) {
  return async function read(id: JobId, owner: string): Promise<{ rev: number; job: Job }> {
    const found = await store.get(id);
    if (found?.job.owner !== owner) throw jobNotFound();
    return found;
  };
}
