import { type Bytes, FileMissingError, type FileStore } from "@/lib/core/file-store";
import { createDatasets } from "@/lib/files/datasets";
import { assertName, assertPrefix } from "@/lib/files/stored-name";

const PIECE_BYTES = 64 * 1024;

export type MemoryFiles = ReturnType<typeof createMemoryFiles>;

/** A file store in a map, for what jobs write: texts. */
export function createMemoryFiles() {
  const texts = new Map<string, string>();
  const sizeOf = (text: string | undefined) => (text === undefined ? null : Buffer.byteLength(text));
  function namesUnder(prefix: string): string[] {
    assertPrefix(prefix);
    return [...texts.keys()].filter((name) => name.startsWith(prefix));
  }

  const files: FileStore = {
    async write(name, bytes) {
      assertName(name);
      const content = await pieces(bytes);
      texts.set(name, content.toString("utf8"));
      return { size: content.length };
    },
    async copy(from, to) {
      const name = assertName(to);
      const text = texts.get(assertName(from));
      if (text === undefined) throw new FileMissingError(from);
      texts.set(name, text);
    },
    size: async (name) => sizeOf(texts.get(assertName(name))),
    async *read(name, { start = 0, end } = {}) {
      const text = texts.get(assertName(name));
      if (text === undefined) throw new FileMissingError(name);
      const wanted = Buffer.from(text).subarray(start, end);
      for (let at = 0; at < wanted.length; at += PIECE_BYTES) yield wanted.subarray(at, at + PIECE_BYTES);
    },
    list: async (prefix) =>
      namesUnder(prefix)
        .sort()
        .map((name) => ({ name, size: sizeOf(texts.get(name)) ?? 0 })),
    async deleteAll(prefix) {
      for (const name of namesUnder(prefix)) texts.delete(name);
    },
  };

  /** The rows that a manifest counts, in its order. */
  const readRows = createDatasets({ files }).rows;

  return { ...files, texts, readRows };
}

async function pieces(bytes: Bytes): Promise<Buffer> {
  if (bytes instanceof Uint8Array) return Buffer.from(bytes);
  const all: Uint8Array[] = [];
  for await (const piece of bytes) all.push(piece);
  return Buffer.concat(all);
}
