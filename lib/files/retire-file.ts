import type { Clock } from "@/lib/clock";
import type { FileStore } from "@/lib/core/file-store";
import type { RecordStore } from "@/lib/core/record-store";
import { bytesFolder, FILE, FILE_USE, KEPT_MS } from "@/lib/files/file-records";

/** A job is enqueued moments after its files are held. Until then a use counts although there is no job. */
const UNBORN_MS = 10 * 60_000;

const USES_AT_ONCE = 100;

interface RetireDeps {
  readonly files: Pick<FileStore, "deleteAll">;
  readonly records: RecordStore;
  readonly clock: Clock;
  jobExists(jobId: string): Promise<boolean>;
}

export type Retire = ReturnType<typeof createRetire>;

/** Deletes a file that no job names; one that is named gets another day. */
export function createRetire({ files, records, clock, jobExists }: RetireDeps) {
  /** Whether a job holds the file. Uses whose job is gone are dropped on the way. */
  async function isUsed(fileId: string): Promise<boolean> {
    for (;;) {
      const page = { owner: fileId, cursor: null, limit: USES_AT_ONCE };
      const { records: uses } = await records.list(FILE_USE, page);
      for (const { id, rev, value } of uses) {
        if (clock() - value.heldAt < UNBORN_MS || (await jobExists(id))) return true;
        await records.delete(FILE_USE, { owner: fileId, id, rev });
      }
      if (uses.length === 0) return false; // those looked at are deleted, so the first page is always new
    }
  }

  return async function retire(owner: string, id: string): Promise<void> {
    const place = { owner, id };
    const file = await records.get(FILE, place);
    if (!file) return;

    // Marked first, and still due: if we die on the way, the next sweep goes on.
    const now = clock();
    const going = { value: { ...file.value, isGoing: true }, rev: file.rev, dueAt: now, now };
    const rev = await records.put(FILE, place, going);
    if (rev === null) return; // somebody else is at it

    if (await isUsed(id)) {
      const kept = { value: { ...file.value, isGoing: false }, rev, dueAt: now + KEPT_MS, now };
      await records.put(FILE, place, kept);
      return;
    }
    await files.deleteAll(bytesFolder(id));
    await records.delete(FILE, { ...place, rev });
  };
}
