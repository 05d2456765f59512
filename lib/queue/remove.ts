import { jobFolder } from "@/lib/core/dataset";
import type { FileStore } from "@/lib/core/file-store";
import { type FinishedJob, isFinished, type JobId } from "@/lib/core/job";
import type { JobStore } from "@/lib/core/job-store";
import { AppError } from "@/lib/errors";
import type { FileHolds } from "@/lib/queue/file-holds";
import { jobNotFound } from "@/lib/queue/read";

interface RemoveDeps {
  readonly store: Pick<JobStore, "control" | "forget" | "forgetFiles" | "get">;
  readonly files: Pick<FileStore, "deleteAll">;
  readonly userFiles: Pick<FileHolds, "release">;
  readonly clock: () => number;
}

/** Removes jobs with all that they have written. */
export function createRemove({ store, files, userFiles, clock }: RemoveDeps) {
  /**
   * The job's time is over, so nobody can retry it meanwhile. The record goes last: after a crash in
   * between, it still tells the sweep what is left to remove.
   */
  async function erase(job: FinishedJob, options: { readonly deleteUnused: boolean }): Promise<void> {
    await files.deleteAll(jobFolder(job.id));
    if (job.files.length > 0) await userFiles.release(job.owner, job.files, job.id, options);
    await store.forget(job, clock());
  }

  /** Removes files that came after their job was removed. One that was made again under its id keeps them, and removes them. */
  async function eraseLate(id: JobId): Promise<void> {
    if ((await store.get(id)) === null) await files.deleteAll(jobFolder(id));
    await store.forgetFiles(id);
  }

  /** Removes one of the owner's finished jobs, and its input unless another job names it. */
  async function remove(id: JobId, owner: string): Promise<void> {
    const answer = await store.control(id, owner, "expire", clock());
    if (!answer) throw jobNotFound();
    const { job } = answer;
    if (answer.kind === "refused" || !isFinished(job)) {
      const title = isFinished(job)
        ? `The job is ${job.state}, and its parent may ask for it yet. It can be deleted once that has completed, or is deleted itself.`
        : `The job is ${job.state}. Cancel it first, then it can be deleted.`;
      throw new AppError("not_possible", title, { details: { state: job.state } });
    }
    await erase(job, { deleteUnused: true });
  }

  return { remove, erase, eraseLate };
}
