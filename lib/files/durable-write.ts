import { createReadStream } from "node:fs";
import { type FileHandle, link, mkdir, mkdtemp, open, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Bytes } from "@/lib/core/file-store";

/** A write takes seconds; what has lain unfinished for longer was broken off. */
const BROKEN_AFTER_MS = 3_600_000;

/** The system takes no more pieces in one call. */
const MAX_PIECES = 1_024;

/**
 * Writes files whole: into `workshop` first, and under their own name once every byte is on the disk.
 * What a killed process left in the workshop is removed by a later one.
 */
export function createDurableWriter(workshop: string) {
  let bench: Promise<string> | undefined;
  let begun = 0;

  /** Lets `make` make a file in the workshop, and puts it in its place. */
  async function put<Made>(file: string, make: (unfinished: string) => Promise<Made>) {
    bench ??= openBench(workshop).catch((error) => {
      bench = undefined; // the disk may have room again the next time
      throw error;
    });
    const number = ++begun;
    const unfinished = path.join(/*turbopackIgnore: true*/ await bench, String(number));
    try {
      const made = await make(unfinished);
      await putInPlace(unfinished, file);
      return { made, unfinished };
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
  }

  return {
    write: async (file: string, bytes: Bytes): Promise<{ size: number }> => ({
      size: (await put(file, (unfinished) => fill(unfinished, bytes))).made,
    }),

    /** A second name for the same bytes: nobody writes into a file that is there. False: there is no file `from`. */
    async copy(from: string, file: string): Promise<boolean> {
      const source = await stat(from).catch(nullIfDeleted);
      if (!source?.isFile()) return false;
      const { unfinished } = await put(file, async (unfinished) => {
        await link(from, unfinished).catch(async (error: NodeJS.ErrnoException) => {
          if (error.code === "ENOENT") throw error;
          await fill(unfinished, createReadStream(from)); // not every file system knows second names
        });
      });
      await rm(unfinished, { force: true }); // a name moved onto another one of the same bytes stays where it was
      return true;
    },
  };
}

/** A folder of our own in the workshop. Ages are told by the file system's clock, which made them. */
async function openBench(workshop: string): Promise<string> {
  await mkdir(workshop, { recursive: true });
  const bench = await mkdtemp(path.join(workshop, "w-"));
  const { mtimeMs: now } = await stat(bench);
  for (const name of await readdir(workshop)) {
    const other = path.join(workshop, name);
    const { mtimeMs } = await stat(other);
    if (now - mtimeMs > BROKEN_AFTER_MS) await rm(other, { recursive: true, force: true });
  }
  return bench;
}

async function fill(file: string, bytes: Bytes): Promise<number> {
  await using handle = await open(file, "w");
  let size = 0;
  if (Array.isArray(bytes)) size = await writeAll(handle, bytes);
  else for await (const piece of bytes instanceof Uint8Array ? [bytes] : bytes) size += await writeAll(handle, [piece]);
  await handle.datasync();
  return size;
}

/** Pieces that are all here go to the system in one call; it may take less than it was given. */
async function writeAll(handle: FileHandle, pieces: readonly Uint8Array[]): Promise<number> {
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
  let { bytesWritten: written } = await handle.writev(pieces.slice(0, MAX_PIECES));
  if (written < size) {
    const whole = Buffer.concat(pieces, size);
    while (written < size) written += (await handle.write(whole, written)).bytesWritten;
  }
  return size;
}

async function putInPlace(unfinished: string, file: string): Promise<void> {
  const folder = path.dirname(file);
  for (let triesLeft = 3; ; triesLeft -= 1) {
    const firstMade = await mkdir(folder, { recursive: true });
    const moved = await rename(unfinished, file).catch((error: NodeJS.ErrnoException) => error);
    if (moved === undefined) return syncFolders(folder, firstMade ? path.dirname(firstMade) : folder);
    const wasFolderDeleted = moved.code === "ENOENT" && triesLeft > 0;
    if (!wasFolderDeleted) throw moved;
  }
}

/** A new name is on the disk only when its folder is; so are the folders made for it. */
async function syncFolders(from: string, upTo: string): Promise<void> {
  if (process.platform === "win32") return; // cannot open a folder there
  for (let folder = from; ; folder = path.dirname(folder)) {
    await using handle = await open(folder, "r").catch(nullIfDeleted);
    await handle?.sync();
    if (folder === upTo) return;
  }
}

function nullIfDeleted(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}
