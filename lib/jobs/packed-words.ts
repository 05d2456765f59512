import { z } from "zod";
import type { WrittenRows } from "@/lib/core/stage";

/** Words as one row of a dataset can hold them: in base64. */
export const PackedWords = z.object({ seen: z.string() });
export type PackedWords = z.infer<typeof PackedWords>;

const HEAD = '{"seen":"';
const TAIL = '"}\n';

/** The row for these words, written: base64 needs no escapes, and looking for some would take longer than the packing. */
export function writeWords(words: Uint32Array): WrittenRows {
  const text = Buffer.from(words.buffer, words.byteOffset, words.byteLength).toString("base64");
  return { lines: Buffer.from(HEAD + text + TAIL, "latin1"), count: 1 };
}

/** How many bytes the row for so many words takes. */
export const writtenBytes = (words: number): number => HEAD.length + 4 * Math.ceil((words * 4) / 3) + TAIL.length;

/** Reads back a row as it was written. */
export function readWords(line: Uint8Array): Uint32Array {
  const { buffer, byteOffset, byteLength } = line;
  const text = Buffer.from(buffer, byteOffset, byteLength).toString("latin1", HEAD.length, byteLength - TAIL.length);
  return unpackWords({ seen: text });
}

export function unpackWords({ seen }: PackedWords): Uint32Array {
  const bytes = new Uint8Array(Buffer.from(seen, "base64")); // a copy: words must start at a multiple of four
  return new Uint32Array(bytes.buffer, 0, bytes.length >> 2);
}
