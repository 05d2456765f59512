import type { FileStore } from "@/lib/core/file-store";
import type { RecordStore, Stored } from "@/lib/core/record-store";
import { AppError } from "@/lib/errors";
import { bytesFolder, FILE, fileIdOf, partFile, UPLOAD, type UploadFacts } from "@/lib/files/file-records";

/** A file store that browsers may write to themselves, with a token for one file. */
export interface DirectStore {
  /** A token for writing this file once, with no more bytes than these, until then. */
  authorise(file: {
    readonly name: string;
    readonly size: number;
    readonly validUntil: number;
    readonly upload: UploadPlace;
  }): Promise<string>;

  /** What stands under a name: its size, and a mark of its content that changes with it. */
  stat(name: string): Promise<{ readonly size: number; readonly etag: string } | null>;
}

export interface UploadPlace {
  readonly owner: string;
  readonly uploadId: string;
}

interface DirectDeps {
  readonly files: Pick<FileStore, "deleteAll">;
  readonly records: Pick<RecordStore, "get">;
  readonly direct: DirectStore | null;
}

/** What uploads need of a file store that browsers write to. */
export function createDirectUploads({ files, records, direct }: DirectDeps) {
  return {
    isOffered: direct !== null,

    async authorise({ owner, id, value, dueAt }: Stored<UploadFacts>): Promise<string> {
      if (!direct || value.method !== "blob" || value.state !== "open") {
        throw new AppError("not_possible", "This upload is not sent straight to the file store.");
      }
      const validUntil = dueAt ?? 0; // an upload always ends
      const upload = { owner, uploadId: id };
      return direct.authorise({ name: partFile(id, 1), size: value.size, validUntil, upload });
    },

    /**
     * The mark of what a browser has written, if that is what it announced.
     *
     * @throws AppError `parts_missing` if nothing is there, `invalid_request` if it is not what was announced
     */
    async check({ id, value }: Stored<UploadFacts>): Promise<string> {
      const found = await direct?.stat(partFile(id, 1));
      if (!found) {
        throw new AppError("parts_missing", "The file has not arrived yet.", { details: { missing: [1] } });
      }
      if (found.size === value.size) return found.etag;
      await files.deleteAll(bytesFolder(id)); // so that the right one can be sent
      throw new AppError("invalid_request", `${found.size} bytes arrived, but ${value.size} were announced.`);
    },

    /** Removes what a browser has written for an upload that had ended. */
    async discard({ owner, uploadId }: UploadPlace): Promise<void> {
      const [upload, file] = await Promise.all([
        records.get(UPLOAD, { owner, id: uploadId }),
        records.get(FILE, { owner, id: fileIdOf(uploadId) }),
      ]);
      const isOver = (!upload || upload.value.state === "going") && (!file || file.value.isGone);
      if (isOver) await files.deleteAll(bytesFolder(uploadId));
    },
  };
}
