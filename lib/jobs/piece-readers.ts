import { cutPieces, type Piece } from "@/lib/analysis/statement/cut-pieces";
import type { ReadBytes } from "@/lib/analysis/statement/read-stretches";
import { isMisread, type PieceOptions, type PieceRows, readRows } from "@/lib/jobs/transactions-import-piece";

/** Reads pieces of statements, perhaps several at the same time. */
export interface PieceReaders {
  /** How many pieces are worth being read before the first of them is done with: fewer while others read as well. */
  readonly ahead: number;
  /** The piece's bytes may be given away: they are not to be used afterwards. */
  read(piece: Piece, options: PieceOptions): Promise<PieceRows>;
}

/** Reads every piece where it is, when it is asked for. */
export const inlineReaders: PieceReaders = {
  ahead: 0,
  read: async (piece, options) => readRows(piece, options),
};

/** What pieces of one file are read with. */
export interface PieceSource {
  readonly readers: PieceReaders;
  readonly read: ReadBytes;
  /** Where another reader goes on, if one does. */
  readonly until?: number | undefined;
  /** Asked for anew for each piece: what is known by then. */
  readonly options: () => PieceOptions;
}

/** Reads pieces in the file's order, as many ahead as is worth while. */
export async function* readInOrder(
  source: PieceSource,
  pieces: AsyncIterable<Piece>,
): AsyncGenerator<PieceRows, void, void> {
  const { readers, options } = source;
  const begun: Promise<PieceRows>[] = [];
  for await (const piece of pieces) {
    const rows = readers.read(piece, options());
    rows.catch(() => undefined); // who stops early waits for none of them
    begun.push(rows);
    if (begun.length <= readers.ahead) continue;
    const first = begun.shift();
    if (first) yield await readAright(source, await first);
  }
  for (const rows of begun) yield await readAright(source, await rows);
}

/**
 * The rows of a piece, read once more if a currency that was unknown to it is known by now. It begins where a piece does,
 * so the first that is cut there is the same one.
 */
export async function readAright({ readers, read, until, options }: PieceSource, rows: PieceRows): Promise<PieceRows> {
  const asked = options();
  if (!isMisread(rows, asked.reading.currency)) return rows;
  const pieces = cutPieces(read, asked.reading.layout.format, { from: rows.at, until });
  for await (const piece of pieces) return readers.read(piece, asked);
  throw new Error("The statement is shorter than it was when it was read.");
}
