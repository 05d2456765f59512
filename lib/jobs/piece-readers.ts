import type { Piece } from "@/lib/analysis/statement/cut-pieces";
import { isMisread, type PieceOptions, type PieceRows, readRows } from "@/lib/jobs/transactions-import-piece";

/** Reads pieces of statements, perhaps several at the same time. */
export interface PieceReaders {
  /** How many pieces are worth being read before the first of them is done with. */
  readonly ahead: number;
  /** The piece's bytes may be given away: they are not to be used afterwards. */
  read(piece: Piece, options: PieceOptions): Promise<PieceRows>;
}

/** Reads every piece where it is, when it is asked for. */
export const inlineReaders: PieceReaders = {
  ahead: 0,
  read: async (piece, options) => readRows(piece, options),
};

/**
 * Reads pieces in the file's order, as many ahead as is worth while. `options` are asked for anew for each; a piece
 * that guessed its currency before the one before it was known is read once more.
 */
export async function* readInOrder(
  readers: PieceReaders,
  pieces: AsyncIterable<Piece>,
  options: () => PieceOptions,
): AsyncGenerator<PieceRows, void, void> {
  const begun: (() => Promise<PieceRows>)[] = [];

  function begin(piece: Piece): () => Promise<PieceRows> {
    const asked = options();
    // A file without a currency may come by one: then the bytes are needed again.
    const kept = asked.reading.currency === null ? { ...piece, bytes: piece.bytes.slice() } : null;
    const rows = readers.read(piece, asked);
    rows.catch(() => undefined); // who stops early waits for none of them
    return async () => {
      const first = await rows;
      return kept && isMisread(first, options().reading.currency) ? readers.read(kept, options()) : first;
    };
  }

  for await (const piece of pieces) {
    begun.push(begin(piece));
    if (begun.length <= readers.ahead) continue;
    const next = begun.shift();
    if (next) yield await next();
  }
  for (const next of begun) yield await next();
}
