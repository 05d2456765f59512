import { z } from "zod";
import type { WrittenRows } from "@/lib/core/stage";

/** Words as one row of a dataset can hold them: in base64. */
export const PackedWords = z.object({ seen: z.string() });
export type PackedWords = z.infer<typeof PackedWords>;

const HEAD = '{"seen":"';
const TAIL = '"}\n';

/** Bytes that base64 writes without padding, in strings that are small enough to die young. */
const STRETCH = 3 * 8_192;

/** The row for these words, written: base64 needs no escapes, and looking for some would take longer than the packing. */
export function writeWords(words: Uint32Array): WrittenRows {
  const bytes = Buffer.from(words.buffer, words.byteOffset, words.byteLength);
  const lines = Buffer.allocUnsafeSlow(writtenBytes(words.length));
  let at = lines.write(HEAD, "latin1");
  for (let from = 0; from < bytes.length; from += STRETCH) {
    at += lines.write(bytes.toString("base64", from, Math.min(bytes.length, from + STRETCH)), at, "latin1");
  }
  lines.write(TAIL, at, "latin1");
  return { lines, count: 1 };
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
  const words = new Uint32Array(Buffer.byteLength(seen, "base64") >> 2);
  Buffer.from(words.buffer).write(seen, "base64"); // straight to where words may start: at a multiple of four
  return words;
}
