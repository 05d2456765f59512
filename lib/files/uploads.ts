import type { Clock } from "@/lib/clock";
import type { Bytes, FileStore } from "@/lib/core/file-store";
import type { RecordStore, Stored } from "@/lib/core/record-store";
import { PART_SIZE, partBytes, partCount } from "@/lib/core/upload";
import { AppError } from "@/lib/errors";
import { createDirectUploads, type DirectStore, type UploadPlace } from "@/lib/files/direct-uploads";
import { exactBytes } from "@/lib/files/exact-bytes";
import { cleanFileName } from "@/lib/files/file-name";
import { bytesFolder, FILE, fileIdOf, KEPT_MS, partFile, UPLOAD, type UploadFacts } from "@/lib/files/file-records";
import { sealUpload } from "@/lib/files/seal-upload";
import { toFile, type UserFile } from "@/lib/files/user-file";
import type { Ids } from "@/lib/id";

export interface UploadsDeps {
  readonly files: FileStore;
  readonly records: RecordStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly maxUploadBytes: number;
  /** Throws if the owner may not keep so many bytes more. */
  readonly admitBytes?: (owner: string, size: number) => Promise<void>;
  /** The file store's other side, where browsers can write to it themselves. */
  readonly direct?: DirectStore | null;
  /** Smaller in tests. */
  readonly partSize?: number;
}

/** An upload on its way, as its owner sees it. */
export type Upload = {
  readonly uploadId: string;
  readonly partSize: number;
  readonly name: string;
  readonly size: number;
  readonly parts: number[];
} & Method;

/** Through here part by part, or past us in one to `pathname` in the file store. */
type Method = { readonly method: "parts" } | { readonly method: "blob"; readonly pathname: string };

const methodOf = (uploadId: string, method: "parts" | "blob"): Method =>
  method === "parts" ? { method } : { method, pathname: partFile(uploadId, 1) };

export type Uploads = ReturnType<typeof createUploads>;

/**
 * Files that arrive in parts. The parts in the file store are the truth about what is here, so that parts
 * which arrive at once never meet in a record; and a file *is* its parts, so that completing copies nothing.
 */
export function createUploads(deps: UploadsDeps) {
  const { files, records, clock, ids, maxUploadBytes, partSize = PART_SIZE } = deps;
  const directly = createDirectUploads({ files, records, direct: deps.direct ?? null });

  /** The upload while it can be gone on with; else the file that came of it. */
  async function find(owner: string, uploadId: string) {
    const upload = await records.get(UPLOAD, { owner, id: uploadId });
    if (upload && upload.value.state !== "going") return { upload, file: null };
    const file = await records.get(FILE, { owner, id: fileIdOf(uploadId) });
    if (file && !file.value.isGone) return { upload: null, file };
    throw new AppError(
      "not_found",
      "There is no such upload. Begin again: uploads that are not completed end after a day.",
    );
  }

  async function numbersHere({ id, value }: Stored<{ readonly size: number; readonly partSize: number }>) {
    const here = new Map((await files.list(bytesFolder(id))).map(({ name, size }) => [name, size]));
    const numbers = Array.from({ length: partCount(value.size, value.partSize) }, (_, index) => index + 1);
    return {
      parts: numbers.filter((n) => here.has(partFile(id, n))),
      missing: numbers.filter((n) => !here.has(partFile(id, n))),
    };
  }

  /** A part may be minutes on its way. One that ends after its upload was sealed would change a file behind its checksum. */
  async function* whileOpen(owner: string, uploadId: string, bytes: AsyncIterable<Uint8Array>) {
    yield* bytes;
    const { upload } = await find(owner, uploadId);
    if (upload?.value.state === "open") return;
    throw new AppError("not_possible", "The upload was completed while this part was on its way.");
  }

  /** Makes the file. Repeating it answers the same one. */
  async function complete(owner: string, uploadId: string): Promise<UserFile> {
    const { upload, file } = await find(owner, uploadId);
    if (file) return toFile(file);
    if (upload.value.method === "blob") return sealUpload(deps, owner, uploadId, await directly.check(upload));
    const { missing } = await numbersHere(upload);
    if (missing.length > 0) {
      throw new AppError("parts_missing", `${missing.length} parts have not arrived yet.`, { details: { missing } });
    }
    return sealUpload(deps, owner, uploadId);
  }

  return {
    /** Begins an upload of `size` bytes, straight to the file store if that is asked for and possible. */
    async start(
      owner: string,
      {
        name,
        size,
        type,
        method = "parts",
      }: Pick<UploadFacts, "name" | "size" | "type"> & Partial<Pick<UploadFacts, "method">>,
    ): Promise<Upload> {
      if (size === 0) throw new AppError("file_empty", "The file is empty.");
      if (size > maxUploadBytes) {
        const message = `The file has ${size} bytes. Files may have up to ${maxUploadBytes}.`;
        throw new AppError("too_large", message, { details: { maxBytes: maxUploadBytes } });
      }
      await deps.admitBytes?.(owner, size);
      const uploadId = ids("upl");
      const layout =
        method === "blob" && directly.isOffered
          ? ({ method, partSize: size } as const)
          : ({ method: "parts", partSize } as const);
      const value = { name: cleanFileName(name), size, type, ...layout, state: "open" as const };
      const now = clock();
      await records.put(UPLOAD, { owner, id: uploadId }, { value, rev: 0, dueAt: now + KEPT_MS, now });
      const { partSize: shown, name: shownName } = value;
      return { uploadId, ...methodOf(uploadId, value.method), partSize: shown, name: shownName, size, parts: [] };
    },

    /** Which parts are here; all of them, once the upload is completed. */
    async view(owner: string, uploadId: string): Promise<Upload> {
      const { upload, file } = await find(owner, uploadId);
      const { name, size, partSize } = (upload ?? file).value;
      const { parts } = await numbersHere(upload ?? file);
      const method = upload?.value.method ?? (file?.value.sha256 === null ? "blob" : "parts");
      return { uploadId, ...methodOf(uploadId, method), partSize, name, size, parts };
    },

    /** A token with which the owner's browser may write the file, once, and nothing else. */
    async authorise(owner: string, uploadId: string): Promise<string> {
      const { upload } = await find(owner, uploadId);
      if (!upload) throw new AppError("not_possible", "The upload is completed already.");
      return directly.authorise(upload);
    },

    /** Stores a part whole, or not at all. Sending one again, also at the same time, is harmless. */
    async putPart(owner: string, uploadId: string, n: number, bytes: Bytes): Promise<{ n: number; size: number }> {
      const { upload, file } = await find(owner, uploadId);
      const { value } = upload ?? file;
      if (upload?.value.method === "blob") {
        throw new AppError("not_possible", "This upload goes straight to the file store, not through here.");
      }
      const expected = partBytes(n, value.size, value.partSize);
      if (expected === null) {
        const count = partCount(value.size, value.partSize);
        throw new AppError("invalid_request", `There is no part ${n}: the parts are numbered from 1 to ${count}.`);
      }
      if (upload?.value.state !== "open") return { n, size: expected }; // a late double of a part that is in the file

      await files.write(partFile(uploadId, n), whileOpen(owner, uploadId, exactBytes(bytes, expected)));
      await find(owner, uploadId).catch(async (error) => {
        // It ended while the part was written. If the store is away, nobody knows: the other parts may be a file by now.
        if (error instanceof AppError && error.code === "not_found") await files.deleteAll(bytesFolder(uploadId));
        throw error;
      });
      return { n, size: expected };
    },

    complete,

    /** The file store says that a browser has written its file: the same as when its owner says so. */
    async confirm({ owner, uploadId }: UploadPlace): Promise<"completed" | "refused"> {
      try {
        await complete(owner, uploadId);
        return "completed";
      } catch (error) {
        if (!(error instanceof AppError) || error.code === "unavailable") throw error;
        await directly.discard({ owner, uploadId });
        return "refused"; // saying it again would change nothing
      }
    },
  };
}
