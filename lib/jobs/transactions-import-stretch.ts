import type { AdoptedPart } from "@/lib/core/dataset";
import type { PieceFacts, PieceRows } from "@/lib/jobs/transactions-import-piece";

/** What the job that read a stretch has judged of its rows' identities: against the rows before them in its own part. */
export interface JudgedStretch {
  readonly jobId: string;
  /** The part of a dataset that holds just these identities, as they were judged. */
  readonly part: AdoptedPart;
  /** How many rows of each piece were found twice. */
  readonly duplicates: readonly number[];
  /** The identities of each piece, as they were judged. */
  identities(): Promise<readonly Uint32Array[]>;
  /** The same of one piece, as they were before. */
  asRead(piece: number, identities: Uint32Array): Uint32Array;
}

/** Pieces one behind the other, whose transactions are judged together. */
export interface Stretch {
  readonly pieces: readonly PieceFacts[];
  /** A part of a dataset that holds just their transactions; null if there is none. */
  readonly part: AdoptedPart | null;
  /** The transactions of each piece, as they are written. */
  lines(): Promise<readonly Uint8Array[]>;
  /** The identities of each piece's rows, as they were read. */
  identities(): Promise<readonly Uint32Array[]>;
  /** Null if nobody has judged them as they are. */
  readonly judged: JudgedStretch | null;
}

/** A piece by itself. */
export const stretchOf = (piece: PieceRows): Stretch => ({
  pieces: [piece],
  part: null,
  lines: async () => [piece.transactions.lines],
  identities: async () => [piece.identities],
  judged: null,
});

export async function* eachAlone(pieces: AsyncIterable<PieceRows>): AsyncGenerator<Stretch, void, void> {
  for await (const piece of pieces) yield stretchOf(piece);
}
