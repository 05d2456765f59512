import { bytesOf, decode } from "@/lib/analysis/statement/decode";
import { type Batch, damageIn, type TextFormat } from "@/lib/analysis/statement/read-batches";
import { type Position, type ReadBytes, readStretches } from "@/lib/analysis/statement/read-stretches";
import { MAX_FIELD_LENGTH } from "@/lib/analysis/statement/scan-record";
import { type FoundRecords, findRecords, readRecords } from "@/lib/analysis/statement/split-records";

/** Some whole records of a file, found but not read yet. It can be handed to another thread. */
export interface Piece {
  /** In memory of their own, which may be given away. */
  readonly bytes: Uint8Array;
  readonly found: FoundRecords;
  readonly from: Position;
  readonly next: Position;
  readonly isEnd: boolean;
}

/**
 * A turn of a millisecond or two. What is made of a piece (its text, its rows as JSON) stays below 128 KiB, beyond
 * which V8 keeps a string apart from the young ones: larger pieces take a quarter longer.
 */
const PIECE_BYTES = 64 * 1024;
const QUOTE = 34;

/** Cuts a file from a place on into pieces at the ends of records, whose fields are read later. */
export const cutPieces = (
  read: ReadBytes,
  format: TextFormat,
  from: Position,
  pieceBytes: number = PIECE_BYTES,
): AsyncGenerator<Piece, void, void> =>
  readStretches(read, from, pieceBytes, (bytes, position, isEnd): Piece => {
    const { found, next } = behindRecords(bytes, format, position, isEnd);
    return { bytes: bytes.slice(0, next.offset - position.offset), found, from: position, next, isEnd };
  });

function behindRecords(bytes: Uint8Array, format: TextFormat, from: Position, isEnd: boolean) {
  const { encoding, newline } = format;
  const text = decode(bytes, encoding, isEnd);
  const { found, consumed, line, isSkipping } = findRecords(text, format, from, isEnd);
  const size = bytesOf(bytes, { text, encoding, newline, isEnd }, consumed);
  return { found, next: { offset: from.offset + size, line, isSkipping } };
}

/** Only where the pieces end that `cutPieces` cuts, for much less. */
export const skipPieces = (
  read: ReadBytes,
  format: TextFormat,
  from: Position,
  pieceBytes: number = PIECE_BYTES,
): AsyncGenerator<{ readonly next: Position }, void, void> =>
  readStretches(read, from, pieceBytes, (bytes, position, isEnd) => {
    const next = isEnd ? null : behindPlainLines(bytes, format, position);
    return { next: next ?? behindRecords(bytes, format, position, isEnd).next };
  });

/** Without a quote every line is a record, unless it is so long that it would be given up. Null: it takes a closer look. */
function behindPlainLines(
  bytes: Uint8Array,
  { encoding, newline }: TextFormat,
  { offset, line, isSkipping }: Position,
): Position | null {
  const isByteWise = encoding === "utf-8" || encoding === "windows-1252";
  if (!isByteWise || isSkipping || bytes.length > MAX_FIELD_LENGTH || bytes.includes(QUOTE)) return null;
  const code = newline.charCodeAt(0);
  const last = bytes.lastIndexOf(code);
  if (last < 0) return null;
  let breaks = 0;
  for (let at = 0; at <= last; at += 1) if (bytes[at] === code) breaks += 1;
  return { offset: offset + last + 1, line: line + breaks, isSkipping: false };
}

/** Reads the records of a piece. */
export function readPiece({ bytes, found, from, next, isEnd }: Piece, format: TextFormat): Batch {
  const text = decode(bytes, format.encoding, isEnd);
  return { records: readRecords(text, format, found), text, next, isDamaged: damageIn(text, bytes, format, from.line) };
}
