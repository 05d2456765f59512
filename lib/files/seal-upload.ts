import { createHash } from "node:crypto";
import type { Clock } from "@/lib/clock";
import type { FileStore } from "@/lib/core/file-store";
import type { RecordStore, Stored } from "@/lib/core/record-store";
import { AppError } from "@/lib/errors";
import { FILE, fileIdOf, KEPT_MS, UPLOAD, type UploadFacts } from "@/lib/files/file-records";
import { readParts } from "@/lib/files/read-parts";
import { toFile, type UserFile } from "@/lib/files/user-file";

/** Longer than any function runs: the sweep must not take an upload away while its file is being made. */
const SEALING_MS = 3_600_000;

interface SealDeps {
  readonly files: Pick<FileStore, "read">;
  readonly records: RecordStore;
  readonly clock: Clock;
}

/**
 * Makes a file of an upload whose parts are all here; `etag` is given where it was written past us. Sealing comes first: from then on no part changes
 * and the sweep keeps away, so that the checksum is that of the bytes that stay.
 */
export async function sealUpload(deps: SealDeps, owner: string, uploadId: string, etag?: string): Promise<UserFile> {
  const { files, records, clock } = deps;
  const place = { owner, id: fileIdOf(uploadId) };

  const sealed = await seal(deps, owner, uploadId);
  if (sealed) {
    const { name, size, type, partSize } = sealed.value;
    const mark =
      etag === undefined
        ? { sha256: await sha256Of(readParts(files, { id: uploadId, size, partSize })) }
        : { sha256: null, etag };
    const now = clock();
    const value = { name, size, type, partSize, ...mark, isGoing: false, isGone: false };
    await records.put(FILE, place, { value, rev: 0, dueAt: now + KEPT_MS, now }); // null: made by a repeat at once
    await records.delete(UPLOAD, { owner, id: uploadId, rev: sealed.rev }); // else the sweep does it
  }

  const file = await records.get(FILE, place);
  if (!file || file.value.isGone) throw new AppError("not_found", "There is no such upload.");
  return toFile(file);
}

/** Null if there is nothing left to seal: it has become a file, or it has ended. */
async function seal({ records, clock }: SealDeps, owner: string, id: string) {
  for (;;) {
    const upload: Stored<UploadFacts> | null = await records.get(UPLOAD, { owner, id });
    if (!upload || upload.value.state === "going") return null;
    const now = clock();
    const value = { ...upload.value, state: "sealed" as const };
    const rev = await records.put(UPLOAD, { owner, id }, { value, rev: upload.rev, dueAt: now + SEALING_MS, now });
    if (rev !== null) return { ...upload, value, rev };
  }
}

async function sha256Of(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of bytes) hash.update(piece);
  return hash.digest("hex");
}
