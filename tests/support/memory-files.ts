import type { Manifest } from "@/lib/core/checkpoint";
import { partName } from "@/lib/core/dataset";
import type { Bytes, FileStore } from "@/lib/core/file-store";
import type { Json } from "@/lib/json";

/** Files in a map: as much of a file store as a worker needs. */
export function createMemoryFiles() {
  const texts = new Map<string, string>();

  const write: FileStore["write"] = async (name, bytes) => {
    const text = (await pieces(bytes)).toString("utf8");
    texts.set(name, text);
    return { size: text.length };
  };

  /** The rows that a manifest counts, in its order. */
  async function* readRows(jobId: string, dataset: string, manifest: Manifest): AsyncGenerator<Json> {
    for (const { token, parts } of manifest) {
      for (let number = 0; number < parts; number += 1) {
        const text = texts.get(partName({ jobId, dataset, token, number }));
        if (text === undefined) throw new Error(`Part ${number} of ${token} is counted but was never written.`);
        for (const line of text.split("\n").slice(1, -1)) yield JSON.parse(line) as Json;
      }
    }
  }
  async function* read(name: string): AsyncGenerator<Uint8Array> {
    yield Buffer.from(texts.get(name) ?? "");
  }

  return { texts, write, read, readRows };
}

async function pieces(bytes: Bytes): Promise<Buffer> {
  if (bytes instanceof Uint8Array) return Buffer.from(bytes);
  const all: Uint8Array[] = [];
  for await (const piece of bytes) all.push(piece);
  return Buffer.concat(all);
}
