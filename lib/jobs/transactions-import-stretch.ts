import type { AdoptedPart } from "@/lib/core/dataset";
import type { PieceFacts, PieceRows } from "@/lib/jobs/transactions-import-piece";

/** Pieces one behind the other, whose transactions are judged together. */
export interface Stretch {
  readonly pieces: readonly PieceFacts[];
  /** A part of a dataset that holds just their transactions; null if there is none. */
  readonly part: AdoptedPart | null;
  /** The transactions of each piece, as they are written. */
  lines(): Promise<readonly Uint8Array[]>;
}

/** A piece by itself. */
export const stretchOf = (piece: PieceRows): Stretch => ({
  pieces: [piece],
  part: null,
  lines: async () => [piece.transactions.lines],
});

export async function* eachAlone(pieces: AsyncIterable<PieceRows>): AsyncGenerator<Stretch, void, void> {
  for await (const piece of pieces) yield stretchOf(piece);
}
