import type { Clock } from "@/lib/clock";
import type { RecordStore, Stored } from "@/lib/core/record-store";
import { AppError } from "@/lib/errors";
import { FILE, FILE_USE, type FileFacts, KEPT_MS } from "@/lib/files/file-records";
import type { Retire } from "@/lib/files/retire-file";

interface FileUsesDeps {
  readonly records: RecordStore;
  readonly clock: Clock;
}

/** Which jobs and schedules name which files. */
export function createFileUses({ records, clock }: FileUsesDeps, retire: Retire) {
  async function holdOne(owner: string, fileId: string, jobId: string): Promise<void> {
    // The use is written before the file is read, and retiring marks the file before it looks for uses:
    // of two who do that at once, at least one sees the other.
    await noteUse(fileId, jobId);
    if (await isThere(owner, fileId)) return;
    await releaseOne(fileId, jobId);
    throw new AppError("file_not_found", `There is no file "${fileId}". Upload it first.`, { details: { fileId } });
  }

  /** Notes it anew where it held the file before: a use is as young as the last wish for it. */
  async function noteUse(fileId: string, jobId: string): Promise<void> {
    const use = { owner: fileId, id: jobId };
    for (let rev = 0; ; rev = (await records.get(FILE_USE, use))?.rev ?? 0) {
      const now = clock();
      if ((await records.put(FILE_USE, use, { value: { heldAt: now }, rev, dueAt: null, now })) !== null) return;
    }
  }

  /** Whether the file is not gone yet. If somebody is about to delete it, he is stopped: he may have looked for uses before. */
  async function isThere(owner: string, fileId: string): Promise<boolean> {
    for (;;) {
      const file: Stored<FileFacts> | null = await records.get(FILE, { owner, id: fileId });
      if (!file || file.value.isGone) return false;
      if (!file.value.isGoing) return true;
      const now = clock();
      const kept = { value: { ...file.value, isGoing: false }, rev: file.rev, dueAt: now + KEPT_MS, now };
      if ((await records.put(FILE, { owner, id: fileId }, kept)) !== null) return true;
    }
  }

  async function releaseOne(fileId: string, jobId: string): Promise<void> {
    const use = { owner: fileId, id: jobId };
    const found = await records.get(FILE_USE, use);
    if (found) await records.delete(FILE_USE, { ...use, rev: found.rev });
  }

  return {
    /**
     * Keeps files for a job: all of them, or none.
     *
     * @throws AppError `file_not_found` if one is not the owner's or is deleted
     */
    async hold(owner: string, fileIds: readonly string[], jobId: string): Promise<void> {
      const held: string[] = [];
      try {
        for (const fileId of new Set(fileIds)) {
          await holdOne(owner, fileId, jobId);
          held.push(fileId);
        }
      } catch (error) {
        for (const fileId of held) await releaseOne(fileId, jobId);
        throw error;
      }
    },

    /** Keeps files no longer for a job. With `deleteUnused`, those that no other job names are deleted at once. */
    async release(
      owner: string,
      fileIds: readonly string[],
      jobId: string,
      { deleteUnused = false }: { readonly deleteUnused?: boolean } = {},
    ): Promise<void> {
      for (const fileId of new Set(fileIds)) {
        await releaseOne(fileId, jobId);
        if (deleteUnused) await retire(owner, fileId);
      }
    },
  };
}
