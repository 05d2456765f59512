import { z } from "zod";
import { Rejected, TransactionType } from "@/lib/contracts/transactions-import";
import { packWords, unpackWords } from "@/lib/jobs/packed-words";
import { Balances, Position } from "@/lib/jobs/transactions-import-cursor";
import type { PieceRows } from "@/lib/jobs/transactions-import-piece";

/** Rows of transactions as they will stand in the import's dataset: nobody reads them one by one. */
export const WrittenLines = z.json();

/** A month's rows of one category and type, in minor units. */
export const Sum = z.object({
  month: z.string(),
  type: TransactionType,
  category: z.string(),
  total: z.int(),
  count: z.int(),
});

const BalanceRow = z.object({ line: z.int(), balance: z.int(), effect: z.int() });

/** A piece that was read in another job. Its transactions stand beside it, `bytes` of them. */
export const PackedPiece = z.object({
  bytes: z.int(),
  count: z.int(),
  /** Words, packed. */
  identities: z.string(),
  rejected: z.array(Rejected),
  sums: z.array(Sum),
  from: z.string().nullable(),
  to: z.string().nullable(),
  categories: z.array(z.string()),
  balances: z
    .object({
      first: BalanceRow.nullable(),
      isEmpty: z.boolean(),
      state: Balances,
    })
    .nullable(),
  readAs: z.string().nullable(),
  currency: z.string().nullable(),
  hasGuessedCurrency: z.boolean(),
  at: Position,
  next: Position,
});
export type PackedPiece = z.infer<typeof PackedPiece>;

export const packPiece = ({
  transactions,
  identities,
  rejected,
  sums,
  categories,
  ...rows
}: PieceRows): PackedPiece => ({
  ...rows,
  bytes: transactions.lines.length,
  count: transactions.count,
  identities: packWords(identities),
  rejected: [...rejected],
  sums: [...sums],
  categories: [...categories],
});

export const unpackPiece = ({ bytes, count, identities, ...rows }: PackedPiece, lines: Uint8Array): PieceRows => ({
  ...rows,
  transactions: { lines, count },
  identities: unpackWords(identities),
});
