import { bytesOf, damagedLines, decode, REPLACEMENT } from "@/lib/analysis/statement/decode";
import type { Encoding } from "@/lib/analysis/statement/encoding";
import type { Cut } from "@/lib/analysis/statement/parse-fields";
import { type StatementRecord, splitRecords } from "@/lib/analysis/statement/split-records";

/** How bytes become records. */
export type TextFormat = Cut & { readonly encoding: Encoding };

/** A place between two records, or inside a line whose rest is to be skipped. */
export type Position = { readonly offset: number; readonly line: number; readonly isSkipping: boolean };

/** Some records in a row, and the place behind them. */
export interface Batch {
  readonly records: readonly StatementRecord[];
  /** What the records' positions are positions in. */
  readonly text: string;
  readonly next: Position;
  /** Whether a record holds bytes that are no text: broken characters, or NUL. */
  isDamaged(record: StatementRecord): boolean;
}

type ReadBytes = (range: { readonly start: number }) => AsyncIterable<Uint8Array>;

/**
 * A turn of a millisecond or two. What is made of a batch (its text, its rows as JSON) stays below 128 KiB, beyond
 * which V8 keeps a string apart from the young ones: an import of larger batches takes a quarter longer.
 */
const BATCH_BYTES = 32 * 1024;

/** Reads records from a place on, in batches. What it holds in memory does not depend on the file. */
export async function* readBatches(
  read: ReadBytes,
  format: TextFormat,
  from: Position,
  batchBytes: number = BATCH_BYTES,
): AsyncGenerator<Batch, void, void> {
  const waiting = createScratch();
  let position = from;
  let wanted = batchBytes;
  const cutBatch = (isEnd: boolean): Batch => {
    const batch = cutRecords(waiting.bytes(), format, position, isEnd);
    waiting.drop(batch.next.offset - position.offset);
    // A record that does not fit is read in growing steps, so that it is not searched again for every piece.
    wanted = waiting.bytes().length + Math.max(batchBytes, waiting.bytes().length);
    position = batch.next;
    return batch;
  };
  for await (const piece of read({ start: from.offset })) {
    for (let at = 0; at < piece.length; ) {
      const part = piece.subarray(at, at + wanted - waiting.bytes().length);
      waiting.add(part);
      at += part.length;
      if (waiting.bytes().length >= wanted) yield cutBatch(false);
    }
  }
  // Nothing at the end is no batch: slices that reach one safe point each would never get behind it.
  if (waiting.bytes().length > 0) yield cutBatch(true);
}

/** Bytes that wait in memory of their own, used again and again: a fresh piece for each batch keeps the collector busy. */
function createScratch() {
  let memory = new Uint8Array(2 * BATCH_BYTES);
  let length = 0;
  return {
    bytes: () => memory.subarray(0, length),

    add(part: Uint8Array): void {
      if (length + part.length > memory.length) {
        const larger = new Uint8Array(2 * (length + part.length));
        larger.set(memory.subarray(0, length));
        memory = larger;
      }
      memory.set(part, length);
      length += part.length;
    },

    drop(count: number): void {
      memory.copyWithin(0, count, length);
      length -= count;
    },
  };
}

/** The whole records in a stretch of a file that starts at `from`. */
export function cutRecords(bytes: Uint8Array, format: TextFormat, from: Position, isEnd: boolean): Batch {
  const { encoding, newline } = format;
  const text = decode(bytes, encoding, isEnd);
  const { records, consumed, line, isSkipping } = splitRecords(text, format, from, isEnd);
  const size = bytesOf(bytes, { text, encoding, newline, isEnd }, consumed);
  return {
    records,
    text,
    next: { offset: from.offset + size, line, isSkipping },
    isDamaged: damageIn(text, bytes, format, from.line),
  };
}

function damageIn(
  text: string,
  bytes: Uint8Array,
  { encoding, newline }: TextFormat,
  firstLine: number,
): Batch["isDamaged"] {
  const hasNul = text.includes("\0");
  const hasReplacement = encoding !== "windows-1252" && text.includes(REPLACEMENT);
  if (!hasNul && !hasReplacement) return () => false;
  const lines = hasReplacement && encoding === "utf-8" ? damagedLines(bytes, newline) : null;
  return ({ line, start, end }) => {
    const raw = text.slice(start, end);
    if (raw.includes("\0")) return true;
    if (!raw.includes(REPLACEMENT)) return false;
    if (!lines) return true;
    return raw.split(newline).some((_, index) => lines.has(line - firstLine + index));
  };
}
