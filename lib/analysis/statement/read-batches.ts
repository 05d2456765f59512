import { bytesOf, damagedLines, decode, REPLACEMENT } from "@/lib/analysis/statement/decode";
import type { Encoding } from "@/lib/analysis/statement/encoding";
import type { Cut } from "@/lib/analysis/statement/parse-fields";
import { type Position, type ReadBytes, readStretches } from "@/lib/analysis/statement/read-stretches";
import {
  type FoundRecords,
  findRecords,
  readRecords,
  type StatementRecord,
} from "@/lib/analysis/statement/split-records";

/** How bytes become records. */
export type TextFormat = Cut & { readonly encoding: Encoding };

/** Some records in a row, and the place behind them. */
export interface Batch {
  readonly records: readonly StatementRecord[];
  /** What the records' positions are positions in. */
  readonly text: string;
  readonly next: Position;
  /** Whether a record holds bytes that are no text: broken characters, or NUL. */
  isDamaged(record: StatementRecord): boolean;
}

/** A turn of a millisecond or two. */
const BATCH_BYTES = 32 * 1024;

/** Reads records from a place on, in batches. What it holds in memory does not depend on the file. */
export const readBatches = (
  read: ReadBytes,
  format: TextFormat,
  from: Position,
  batchBytes: number = BATCH_BYTES,
): AsyncGenerator<Batch, void, void> =>
  readStretches(read, { from }, batchBytes, (bytes, position, isEnd) => cutRecords(bytes, format, position, isEnd));

/** Some whole records of a file, found but not read yet. */
export interface Found {
  readonly text: string;
  readonly records: FoundRecords;
  readonly next: Position;
}

/** Finds the whole records in a stretch of a file that starts at `from`. */
export function findIn(bytes: Uint8Array, format: TextFormat, from: Position, isEnd: boolean): Found {
  const { encoding, newline } = format;
  const text = decode(bytes, encoding, isEnd);
  const { found, consumed, line, isSkipping } = findRecords(text, format, from, isEnd);
  const size = bytesOf(bytes, { text, encoding, newline, isEnd }, consumed);
  return { text, records: found, next: { offset: from.offset + size, line, isSkipping } };
}

/** Reads records that were found in these bytes, or in more that began with them. */
export const readFound = (
  bytes: Uint8Array,
  format: TextFormat,
  from: Position,
  { text, records, next }: Found,
): Batch => ({
  records: readRecords(text, format, records),
  text,
  next,
  isDamaged: damageIn(text, bytes, format, from.line),
});

/** The whole records in a stretch of a file that starts at `from`. */
export const cutRecords = (bytes: Uint8Array, format: TextFormat, from: Position, isEnd: boolean): Batch =>
  readFound(bytes, format, from, findIn(bytes, format, from, isEnd));

/** Whether records of a text hold bytes that are no text. */
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
