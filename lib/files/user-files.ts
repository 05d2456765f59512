import type { Clock } from "@/lib/clock";
import type { Bytes, FileStore } from "@/lib/core/file-store";
import type { RecordStore } from "@/lib/core/record-store";
import { PART_SIZE } from "@/lib/core/upload";
import { AppError } from "@/lib/errors";
import { collectBytes } from "@/lib/files/exact-bytes";
import { createExpiry } from "@/lib/files/expiry";
import { FILE, type FileFacts } from "@/lib/files/file-records";
import { createFileUses } from "@/lib/files/file-uses";
import { readParts } from "@/lib/files/read-parts";
import { createRetire } from "@/lib/files/retire-file";
import type { Uploads } from "@/lib/files/uploads";
import { toFile, type UserFile } from "@/lib/files/user-file";

interface UserFilesDeps {
  readonly files: FileStore;
  readonly records: RecordStore;
  readonly clock: Clock;
  readonly uploads: Pick<Uploads, "start" | "putPart" | "complete">;
  /** Whether a job or a schedule still is there to keep a file. */
  isKept(holderId: string, file: { readonly owner: string; readonly id: string }): Promise<boolean>;
}

export type UserFiles = ReturnType<typeof createUserFiles>;

/** Files that have arrived: for their owner to read, and for jobs to hold. Another owner's are not found. */
export function createUserFiles(deps: UserFilesDeps) {
  const { files, records, uploads } = deps;
  const retire = createRetire(deps);

  async function find(owner: string, fileId: string): Promise<FileFacts & { readonly file: UserFile }> {
    const found = await records.get(FILE, { owner, id: fileId });
    if (!found || found.value.isGone) throw new AppError("not_found", "There is no such file.");
    return { ...found.value, file: toFile(found) };
  }

  return {
    ...createFileUses(deps, retire),
    ...createExpiry(deps, retire),

    /** Stores a small file (4 MiB at most) in one call. */
    async put(owner: string, name: string, bytes: Bytes): Promise<UserFile> {
      const content = await collectBytes(bytes, PART_SIZE);
      const type = "application/octet-stream";
      const { uploadId } = await uploads.start(owner, { name, size: content.length, type });
      await uploads.putPart(owner, uploadId, 1, content);
      return uploads.complete(owner, uploadId);
    },

    stat: async (owner: string, fileId: string): Promise<UserFile> => (await find(owner, fileId)).file,

    /** The bytes from `start` up to `end` (exclusive). */
    async *read(
      owner: string,
      fileId: string,
      range: { readonly start?: number | undefined; readonly end?: number | undefined } = {},
    ): AsyncGenerator<Uint8Array, void, void> {
      const { size, partSize } = await find(owner, fileId);
      yield* readParts(files, { id: fileId, size, partSize }, range);
    },
  };
}
