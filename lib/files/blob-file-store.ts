import { copy, del, head, list } from "@vercel/blob";
import { FileMissingError, type FileStore } from "@/lib/core/file-store";
import { type BlobCallDeps, createBlobCall, nullIfNoBlob } from "@/lib/files/blob-call";
import { readBlob } from "@/lib/files/blob-read";
import { createBlobWriter, WRITTEN } from "@/lib/files/blob-write";
import { assertName, assertPrefix } from "@/lib/files/stored-name";

/** The service lists so many at once, and counts each deleted blob against the rate limit. */
const LISTED_AT_ONCE = 1_000;
const DELETED_AT_ONCE = 100;

/** The client takes no longer paths. */
const MAX_PATH = 950;

interface BlobStoreDeps extends BlobCallDeps {
  /** The store's read-write token. */
  readonly token: string;
}

/** Files in a private store of Vercel Blob. A file's name is its path there. */
export function createBlobFileStore(deps: BlobStoreDeps): FileStore {
  const { token } = deps;
  const call = createBlobCall(deps);
  const writeBlob = createBlobWriter({ token, call });
  let home: string | undefined;

  const stat = (path: string) => call((abortSignal) => head(path, { token, abortSignal })).catch(nullIfNoBlob);

  /** Where blobs are read, which the service says with every blob: asked for once in a process. */
  async function addressOf(path: string): Promise<string> {
    if (home === undefined) {
      const found = await stat(path);
      if (!found) throw new FileMissingError(path);
      home = homeOf(found.url, path);
    }
    return `${home}${encoded(path)}?cache=0`; // a cached copy may be a minute behind
  }

  async function* pagesOf(prefix: string) {
    let cursor: string | undefined;
    do {
      const at = cursor === undefined ? {} : { cursor };
      const page = await call((abortSignal) => list({ prefix, limit: LISTED_AT_ONCE, token, abortSignal, ...at }));
      yield page.blobs;
      cursor = page.hasMore ? page.cursor : undefined;
    } while (cursor !== undefined);
  }

  return {
    async write(name, bytes) {
      const path = pathOf(name);
      const { size, blob } = await writeBlob(path, bytes);
      home ??= homeOf(blob.url, path);
      return { size };
    },

    async copy(from, to) {
      const path = pathOf(to);
      const made = await call((abortSignal) => copy(pathOf(from), path, { ...WRITTEN, token, abortSignal })).catch(
        nullIfNoBlob,
      );
      if (!made) throw new FileMissingError(from);
      home ??= homeOf(made.url, path);
    },

    async size(name) {
      return (await stat(pathOf(name)))?.size ?? null;
    },

    async *read(name, { start = 0, end = Number.POSITIVE_INFINITY } = {}) {
      const path = pathOf(name);
      if (end > start) yield* readBlob(deps, { url: await addressOf(path), name, start, end });
      else if ((await stat(path)) === null) throw new FileMissingError(name);
    },

    async list(prefix) {
      const found: { name: string; size: number }[] = [];
      for await (const blobs of pagesOf(folderOf(prefix))) {
        for (const { pathname: name, size } of blobs) found.push({ name, size });
      }
      return found.sort((a, b) => (a.name < b.name ? -1 : 1));
    },

    async deleteAll(prefix) {
      for await (const blobs of pagesOf(folderOf(prefix))) {
        for (let from = 0; from < blobs.length; from += DELETED_AT_ONCE) {
          const paths = blobs.slice(from, from + DELETED_AT_ONCE).map(({ pathname }) => pathname);
          await call((abortSignal) => del(paths, { token, abortSignal }));
        }
      }
    },
  };
}

function pathOf(name: string): string {
  if (name.length > MAX_PATH) throw new RangeError(`Not a file name: it has more than ${MAX_PATH} letters.`);
  return assertName(name);
}

/** With its slash: without one, `a` would stand for `ab/` too. */
const folderOf = (prefix: string): string => `${assertPrefix(prefix)}/`;

const encoded = (path: string): string => path.split("/").map(encodeURIComponent).join("/");

/** What comes before the path in a blob's address. */
function homeOf(url: string, path: string): string {
  const { origin, pathname } = new URL(url);
  const whole = decodeURIComponent(pathname);
  if (!whole.endsWith(`/${path}`)) throw new Error("Vercel Blob answered with another blob's address.");
  return `${origin}${whole.slice(0, -path.length)}`;
}
