import { z } from "zod";
import { Rejected, TransactionType } from "@/lib/contracts/transactions-import";
import { Balances, Position } from "@/lib/jobs/transactions-import-cursor";
import type { PieceFacts, PieceRows } from "@/lib/jobs/transactions-import-piece";

/** A month's rows of one category and type, in minor units. */
export const Sum = z.object({
  month: z.string(),
  type: TransactionType,
  category: z.string(),
  total: z.int(),
  count: z.int(),
});

const BalanceRow = z.object({ line: z.int(), balance: z.int(), effect: z.int() });

/** What the job that read a piece has judged of its identities: against the rows before them in its own part, no others. */
const Verdict = z.object({
  /** How many it has found twice. */
  duplicates: z.int(),
  /** Which rows have a balance: all, none, or those whose bits are set in this base64. */
  balances: z.union([z.boolean(), z.string()]),
});
export type Verdict = z.infer<typeof Verdict>;

/** A piece that was read in another job. Beside it stand its transactions, `bytes` of them, and a row of their identities. */
export const PackedPiece = z.object({
  bytes: z.int(),
  count: z.int(),
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
  /** Null: its identities are as they were read. */
  verdict: Verdict.nullable().default(null),
});
export type PackedPiece = z.infer<typeof PackedPiece>;

export const packPiece = (piece: PieceRows, verdict: Verdict): PackedPiece => {
  const { transactions, identities: _identities, rejected, sums, categories, ...rest } = piece;
  const copied = { rejected: [...rejected], sums: [...sums], categories: [...categories] };
  return { ...rest, ...copied, bytes: transactions.lines.length, count: transactions.count, verdict };
};

export const unpackPiece = ({ bytes: _bytes, count, verdict: _verdict, ...rest }: PackedPiece): PieceFacts => ({
  ...rest,
  transactions: { count },
});
