import { type BalanceRun, createBalanceRun } from "@/lib/analysis/statement/balance-check";
import { createCategories } from "@/lib/analysis/statement/categories";
import { type Piece, readPiece } from "@/lib/analysis/statement/cut-pieces";
import type { DateOrder } from "@/lib/analysis/statement/dates";
import type { Spelling } from "@/lib/analysis/statement/evidence";
import { identify } from "@/lib/analysis/statement/identity";
import type { StatementLayout } from "@/lib/analysis/statement/inspect";
import { rawOf } from "@/lib/analysis/statement/raw";
import { createRowReader } from "@/lib/analysis/statement/read-row";
import type { Position } from "@/lib/analysis/statement/read-stretches";
import { HAS_BALANCE, WORDS_PER_ROW } from "@/lib/analysis/statement/seen-rows";
import { createSums, type Sum } from "@/lib/analysis/statement/sums";
import type { Rejected, Transaction } from "@/lib/contracts/transactions-import";
import type { WrittenRows } from "@/lib/core/stage";
import { formatMinor } from "@/lib/money";

/** All that reading a piece depends on, besides the piece. */
export interface Reading {
  readonly account: string;
  readonly layout: StatementLayout;
  readonly decimals: Spelling["decimals"];
  readonly dateOrder: DateOrder;
  /** Null: unknown before the piece. */
  readonly currency: string | null;
  /** When the import was asked for, in epoch milliseconds. */
  readonly submittedAt: number;
}

/** What a piece holds. Whether its rows were imported before, only those who know the rows before can tell. */
export interface PieceRows {
  /** A transaction each, in the file's order. */
  readonly transactions: WrittenRows;
  /** The same rows' identities, `WORDS_PER_ROW` words each. */
  readonly identities: Uint32Array;
  readonly rejected: readonly Rejected[];
  /** What the transactions add up to. */
  readonly sums: readonly Sum[];
  /** Their first and last day. */
  readonly from: string | null;
  readonly to: string | null;
  /** Their categories as each was first spelt in this piece. */
  readonly categories: readonly string[];
  /** Null if the file has no balances. */
  readonly balances: BalanceRun | null;
  /** The currency that was known when the piece was read, and the one behind it. */
  readonly readAs: string | null;
  readonly currency: string | null;
  /** A row named a currency while none was known: behind another piece it might have been judged otherwise. */
  readonly hasGuessedCurrency: boolean;
  /** Where the piece begins, and where the next one does. */
  readonly at: Position;
  readonly next: Position;
}

/** All of it but what there is of every row. */
export type PieceFacts = Omit<PieceRows, "transactions" | "identities"> & {
  readonly transactions: Pick<WrittenRows, "count">;
};

export interface PieceOptions {
  readonly reading: Reading;
  /** The categories of the pieces before, as far as they are known: the more, the fewer rows are to be written anew. */
  readonly categories: readonly string[];
}

/** Whether a piece has to be read again, because this currency turned out to be known before it. */
export const isMisread = ({ readAs, hasGuessedCurrency }: PieceFacts, currency: string | null): boolean =>
  readAs !== currency && (readAs !== null || hasGuessedCurrency);

const encoder = new TextEncoder();

/** Reads the rows of one piece, and writes them as they will stand in the dataset. */
export function readRows(piece: Piece, { reading, categories: known }: PieceOptions): PieceRows {
  const { account, layout } = reading;
  const { headers, columns } = layout;
  const reader = createRowReader(reading);
  const categories = createCategories();
  categories.restore(known);
  const balances = columns.balance === undefined ? null : createBalanceRun();
  const sums = createSums();
  const rejected: Rejected[] = [];
  const { records, text, isDamaged } = readPiece(piece, layout.format);
  const identities = new Uint32Array(records.length * WORDS_PER_ROW);
  let from: string | null = null;
  let to: string | null = null;
  let lines = "";
  let count = 0;

  for (const record of records) {
    const { line } = record;
    const row = reader.read(record, isDamaged(record));
    if ("reason" in row) {
      const field = row.column === null ? null : (headers[row.column] ?? null);
      rejected.push({ line, reason: row.reason, field, raw: rawOf(text, record) });
      balances?.add(line, null);
      continue;
    }
    balances?.add(line, row);
    identify(row, identities, count * WORDS_PER_ROW);
    if (row.balance !== null) identities[count * WORDS_PER_ROW + 4] = HAS_BALANCE;
    count += 1;
    const { date, description, type, notes, minor } = row;
    const category = categories.canonical(row.category);
    sums.add(row, category);
    if (from === null || date < from) from = date;
    if (to === null || date > to) to = date;
    const amount = formatMinor(minor, reader.digits);
    const transaction: Transaction = { line, date, description, amount, type, category, account, notes };
    lines += `${JSON.stringify(transaction)}\n`;
  }
  return {
    transactions: { lines: encoder.encode(lines), count },
    identities: identities.slice(0, count * WORDS_PER_ROW),
    rejected,
    sums: sums.all(),
    from,
    to,
    categories: categories.takeFresh(),
    balances: balances?.take() ?? null,
    readAs: reading.currency,
    currency: reader.currency(),
    hasGuessedCurrency: reader.hasNamedCurrency(),
    at: piece.from,
    next: piece.next,
  };
}
