import type { Clock } from "@/lib/clock";
import type { FileStore } from "@/lib/core/file-store";
import type { DueRecord, RecordStore } from "@/lib/core/record-store";
import { bytesFolder, FILE, fileIdOf, LATE_MS, UPLOAD } from "@/lib/files/file-records";
import type { Retire } from "@/lib/files/retire-file";

interface ExpiryDeps {
  readonly files: Pick<FileStore, "deleteAll">;
  readonly records: RecordStore;
  readonly clock: Clock;
}

/**
 * Deletes what has had its time: bytes first, the record last, so that a broken attempt is taken up again. That is an
 * hour later, with a second look for a part that a file store took after it had refused it.
 */
export function createExpiry({ files, records, clock }: ExpiryDeps, retire: Retire) {
  async function endUpload(owner: string, id: string): Promise<void> {
    const place = { owner, id };
    const upload = await records.get(UPLOAD, place);
    const now = clock();
    if (!upload || upload.dueAt === null || upload.dueAt > now) return; // it was sealed meanwhile

    const isSecondLook = upload.value.state === "going";
    const going = { value: { ...upload.value, state: "going" as const }, rev: upload.rev, dueAt: now + LATE_MS, now };
    const rev = await records.put(UPLOAD, place, going);
    if (rev === null) return; // it is being sealed, or somebody else is at it
    const file = await records.get(FILE, { owner, id: fileIdOf(id) });
    if (!file) await files.deleteAll(bytesFolder(id)); // else the bytes are the file's now
    if (file || isSecondLook) await records.delete(UPLOAD, { ...place, rev });
  }

  return {
    /** Ends an expired upload or file. False if the record is of another kind. Safe to run twice at once. */
    async expire({ kind, owner, id }: DueRecord): Promise<boolean> {
      if (kind === UPLOAD.name) await endUpload(owner, id);
      else if (kind === FILE.name) await retire(owner, id);
      else return false;
      return true;
    },
  };
}
