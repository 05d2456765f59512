import type { Clock } from "@/lib/clock";
import type { FileStore } from "@/lib/core/file-store";
import type { RecordStore, Stored } from "@/lib/core/record-store";
import { bytesFolder, FILE, FILE_USE, type FileFacts, KEPT_MS, LATE_MS } from "@/lib/files/file-records";

/** A job is enqueued, or a schedule written, moments after its files are held. Until then a use counts without one. */
const UNBORN_MS = 10 * 60_000;

const USES_AT_ONCE = 100;

interface RetireDeps {
  readonly files: Pick<FileStore, "deleteAll">;
  readonly records: RecordStore;
  readonly clock: Clock;
  /** Whether a job or a schedule still is there to keep the file. */
  isKept(holderId: string, file: { readonly owner: string; readonly id: string }): Promise<boolean>;
}

export type Retire = ReturnType<typeof createRetire>;

/** Deletes a file that nobody holds, and an hour later what came late of it; one that is held gets another day. */
export function createRetire({ files, records, clock, isKept }: RetireDeps) {
  /** Whether somebody holds the file. Uses by what is gone are dropped on the way. */
  async function isUsed(owner: string, fileId: string): Promise<boolean> {
    for (;;) {
      const page = { owner: fileId, cursor: null, limit: USES_AT_ONCE };
      const { records: uses } = await records.list(FILE_USE, page);
      for (const { id, rev, value } of uses) {
        if (clock() - value.heldAt < UNBORN_MS || (await isKept(id, { owner, id: fileId }))) return true;
        await records.delete(FILE_USE, { owner: fileId, id, rev });
      }
      if (uses.length === 0) return false; // those looked at are deleted, so the first page is always new
    }
  }

  /** What a store took after it had refused it: a part, or a use. */
  async function endLate(owner: string, { id, rev, dueAt, value }: Stored<FileFacts>): Promise<void> {
    const now = clock();
    if (dueAt === null || dueAt > now) return;
    if (await isUsed(owner, id)) {
      await records.put(FILE, { owner, id }, { value, rev, dueAt: now + LATE_MS, now });
      return;
    }
    await files.deleteAll(bytesFolder(id));
    await records.delete(FILE, { owner, id, rev });
  }

  return async function retire(owner: string, id: string): Promise<void> {
    const place = { owner, id };
    const file = await records.get(FILE, place);
    if (!file) return;
    if (file.value.isGone) return endLate(owner, file);

    // Marked first, and still due: if we die on the way, the next sweep goes on.
    const now = clock();
    const going = { value: { ...file.value, isGoing: true }, rev: file.rev, dueAt: now, now };
    const rev = await records.put(FILE, place, going);
    if (rev === null) return; // somebody else is at it

    if (await isUsed(owner, id)) {
      const kept = { value: { ...file.value, isGoing: false }, rev, dueAt: now + KEPT_MS, now };
      await records.put(FILE, place, kept);
      return;
    }
    const gone = { value: { ...file.value, isGoing: true, isGone: true }, rev, dueAt: now + LATE_MS, now };
    if ((await records.put(FILE, place, gone)) === null) return; // somebody holds it now
    await files.deleteAll(bytesFolder(id));
  };
}
