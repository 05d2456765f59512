import { type FileHandle, open, readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { FileMissingError, type FileStore } from "@/lib/core/file-store";
import { AppError } from "@/lib/errors";
import { createDurableWriter } from "@/lib/files/durable-write";
import { assertName, assertPrefix } from "@/lib/files/stored-name";

const PIECE_BYTES = 256 * 1024;

/** Files on the local disk, below `directory`. */
export function createDiskFileStore({ directory }: { readonly directory: string }): FileStore {
  const root = path.resolve(directory, "files");
  const { write, copy } = createDurableWriter(path.resolve(directory, "unfinished"));
  const at = (name: string) => path.join(root, assertName(name));

  async function openFile(name: string): Promise<FileHandle> {
    const handle = await open(at(name), "r").catch(nullIfMissing);
    if (!handle) throw new FileMissingError(name);
    return handle;
  }

  return {
    write: async (name, bytes) => write(at(name), bytes).catch(failIfFull),

    async copy(from, to) {
      const isDone = await copy(at(from), at(to)).catch(failIfFull);
      if (!isDone) throw new FileMissingError(from);
    },

    async size(name) {
      const found = await stat(at(name)).catch(nullIfMissing);
      return found?.isFile() ? found.size : null;
    },

    async *read(name, { start = 0, end = Number.POSITIVE_INFINITY } = {}) {
      await using handle = await openFile(name); // whoever stops reading early leaves no descriptor behind
      const last = Math.min(end, (await handle.stat()).size);
      for (let position = start; position < last; ) {
        const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, last - position));
        const { bytesRead } = await handle.read(piece, 0, piece.length, position);
        if (bytesRead === 0) return;
        yield piece.subarray(0, bytesRead);
        position += bytesRead;
      }
    },

    async list(prefix) {
      const folder = path.join(root, assertPrefix(prefix));
      const entries = (await readdir(folder, { recursive: true, withFileTypes: true }).catch(nullIfMissing)) ?? [];
      const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
      const sized = await Promise.all(
        files.map(async (file) => {
          const found = await stat(file).catch(nullIfMissing); // deleted since it was listed
          return found ? [{ name: path.relative(root, file).split(path.sep).join("/"), size: found.size }] : [];
        }),
      );
      return sized.flat().sort((a, b) => (a.name < b.name ? -1 : 1));
    },

    async deleteAll(prefix) {
      const folder = path.join(root, assertPrefix(prefix));
      await rm(folder, { recursive: true, force: true, maxRetries: 3 }); // a file may be written into it meanwhile
    },
  };
}

/** A full disk is for the caller to know: what it sent is fine, and there is no room for it. */
function failIfFull(cause: NodeJS.ErrnoException): never {
  if (cause.code !== "ENOSPC" && cause.code !== "EDQUOT") throw cause;
  throw new AppError("storage_full", "There is no room left for files on this server.", { cause });
}

/** Turns "there is no such file" into a value, and passes on every other failure. */
function nullIfMissing(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
  throw error;
}
