import { jobFolder } from "@/lib/core/dataset";
import type { FileStore } from "@/lib/core/file-store";
import { type FinishedJob, isFinished, type JobId } from "@/lib/core/job";
import type { JobStore } from "@/lib/core/job-store";
import { AppError } from "@/lib/errors";
import type { FileHolds } from "@/lib/queue/file-holds";
import type { Read } from "@/lib/queue/read";

interface RemoveDeps {
  readonly store: Pick<JobStore, "forget">;
  readonly files: Pick<FileStore, "deleteAll">;
  readonly userFiles: Pick<FileHolds, "release">;
  readonly read: Read;
}

/** Removes jobs with all that they have written. */
export function createRemove({ store, files, userFiles, read }: RemoveDeps) {
  /** The record goes last: after a crash in between, it still tells what is left to remove. */
  async function erase(job: FinishedJob, options: { readonly deleteUnused: boolean }): Promise<boolean> {
    await files.deleteAll(jobFolder(job.id));
    if (job.files.length > 0) await userFiles.release(job.owner, job.files, job.id, options);
    return store.forget(job);
  }

  /** Removes one of the owner's finished jobs, and its input unless another job names it. */
  async function remove(id: JobId, owner: string): Promise<void> {
    const { job } = await read(id, owner);
    const refuse = (title: string) => new AppError("not_possible", title, { details: { state: job.state } });
    if (!isFinished(job)) throw refuse(`The job is ${job.state}. Cancel it first, then it can be deleted.`);
    const isGone = await erase(job, { deleteUnused: true });
    if (!isGone) throw refuse("The job was retried while it was being deleted.");
  }

  return { remove, erase };
}
