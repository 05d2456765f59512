import { checkBalance } from "@/lib/analysis/statement/balance-check";
import { type Categories, MAX_CATEGORIES } from "@/lib/analysis/statement/categories";
import type { StatementLayout } from "@/lib/analysis/statement/inspect";
import { rawOf } from "@/lib/analysis/statement/raw";
import type { Batch } from "@/lib/analysis/statement/read-batches";
import type { RowReader } from "@/lib/analysis/statement/read-row";
import type { SeenRows } from "@/lib/analysis/statement/seen-rows";
import { createSums } from "@/lib/analysis/statement/sums";
import type { Rejected, Transaction } from "@/lib/contracts/transactions-import";
import { FatalError } from "@/lib/errors";
import type { ImportCursor } from "@/lib/jobs/transactions-import-cursor";
import { formatMinor } from "@/lib/money";

interface Importer {
  readonly account: string;
  readonly layout: StatementLayout;
  readonly reader: RowReader;
  readonly seen: SeenRows;
  readonly categories: Categories;
}

/** Sorts the rows of one batch into imported, duplicate and rejected ones, and moves the cursor behind them. */
export function importBatch(
  { account, layout, reader, seen, categories }: Importer,
  batch: Batch,
  before: ImportCursor,
) {
  const { headers, columns } = layout;
  const transactions: Transaction[] = [];
  const rejected: Rejected[] = [];
  const sums = createSums();
  const hasBalance = columns.balance !== undefined;
  const balances = hasBalance ? structuredClone(before.balances) : before.balances;
  let { from, to, duplicates } = before;

  for (const record of batch.records) {
    const { line } = record;
    const row = reader.read(record, batch.isDamaged(record));
    if ("reason" in row) {
      const field = row.column === null ? null : (headers[row.column] ?? null);
      rejected.push({ line, reason: row.reason, field, raw: rawOf(batch.text, record) });
      if (hasBalance) checkBalance(balances, line, null);
      continue;
    }
    if (hasBalance) checkBalance(balances, line, row);
    if (seen.isDuplicate(row)) {
      duplicates += 1;
      continue;
    }
    const { date, description, type, notes, minor } = row;
    const category = categories.canonical(row.category);
    sums.add(row, category);
    if (from === null || date < from) from = date;
    if (to === null || date > to) to = date;
    const amount = formatMinor(minor, reader.digits);
    transactions.push({ line, date, description, amount, type, category, account, notes });
  }
  if (categories.size() > MAX_CATEGORIES) failCategories(headers[columns.category ?? -1] ?? "category");

  const cursor: ImportCursor = {
    ...before,
    position: batch.next,
    imported: before.imported + transactions.length,
    duplicates,
    rejected: before.rejected + rejected.length,
    from,
    to,
    currency: reader.currency(),
    balances,
  };
  return { transactions, rejected, sums: sums.all(), categories: categories.takeFresh(), seen: seen.take(), cursor };
}

function failCategories(column: string): never {
  const message = `Column "${column}" holds more than ${MAX_CATEGORIES} different categories. Map another one.`;
  throw new FatalError("too_many_categories", message);
}
