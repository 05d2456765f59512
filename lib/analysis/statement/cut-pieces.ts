import { decode } from "@/lib/analysis/statement/decode";
import { type Batch, findIn, readFound, type TextFormat } from "@/lib/analysis/statement/read-batches";
import { type Extent, type Position, type ReadBytes, readStretches } from "@/lib/analysis/statement/read-stretches";
import type { FoundRecords } from "@/lib/analysis/statement/split-records";

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

/** Cuts a file into pieces at the ends of records, whose fields are read later. */
export const cutPieces = (
  read: ReadBytes,
  format: TextFormat,
  extent: Extent,
  pieceBytes: number = PIECE_BYTES,
): AsyncGenerator<Piece, void, void> =>
  readStretches(read, extent, pieceBytes, (bytes, position, isEnd): Piece => {
    const { records, next } = findIn(bytes, format, position, isEnd);
    return { bytes: bytes.slice(0, next.offset - position.offset), found: records, from: position, next, isEnd };
  });

/** Reads the records of a piece. */
export function readPiece({ bytes, found, from, next, isEnd }: Piece, format: TextFormat): Batch {
  const text = decode(bytes, format.encoding, isEnd);
  return readFound(bytes, format, from, { text, records: found, next });
}
