import { joinBalances } from "@/lib/analysis/statement/balance-check";
import { type Categories, MAX_CATEGORIES } from "@/lib/analysis/statement/categories";
import { type SeenRows, WORDS_PER_ROW } from "@/lib/analysis/statement/seen-rows";
import { createSums, type Sum } from "@/lib/analysis/statement/sums";
import { Transaction } from "@/lib/contracts/transactions-import";
import type { WrittenRows } from "@/lib/core/stage";
import { FatalError } from "@/lib/errors";
import type { ImportCursor } from "@/lib/jobs/transactions-import-cursor";
import type { PieceRows } from "@/lib/jobs/transactions-import-piece";
import { parseMinor } from "@/lib/money";

interface MergeOptions {
  readonly seen: SeenRows;
  readonly categories: Categories;
  /** How the file calls the column of the categories. */
  readonly categoryColumn: string;
}

/** What is imported of a piece. */
interface Imported {
  readonly transactions: WrittenRows;
  readonly sums: readonly Sum[];
  readonly from: string | null;
  readonly to: string | null;
}

/** Adds a piece to those before it, in the file's order: leaves out what was imported before, and moves the cursor behind it. */
export function mergePiece({ seen, categories, categoryColumn }: MergeOptions, piece: PieceRows, before: ImportCursor) {
  const { count } = piece.transactions;
  const respelt = new Map<string, string>();
  for (const category of piece.categories) {
    const canonical = categories.canonical(category);
    if (canonical !== category) respelt.set(category, canonical);
  }
  if (categories.size() > MAX_CATEGORIES) failCategories(categoryColumn);

  const duplicates = new Set<number>();
  for (let row = 0; row < count; row += 1) {
    if (seen.isDuplicate(piece.identities, row * WORDS_PER_ROW)) duplicates.add(row);
  }
  const isAsRead = duplicates.size === 0 && respelt.size === 0;
  const imported: Imported = isAsRead ? piece : written(piece.transactions, duplicates, respelt);

  const cursor: ImportCursor = {
    ...before,
    position: piece.next,
    imported: before.imported + imported.transactions.count,
    duplicates: before.duplicates + duplicates.size,
    rejected: before.rejected + piece.rejected.length,
    from: earliest(before.from, imported.from),
    to: latest(before.to, imported.to),
    currency: piece.currency ?? before.currency,
    balances: piece.balances ? joinBalances(before.balances, piece.balances) : before.balances,
  };
  return { ...imported, rejected: piece.rejected, categories: categories.takeFresh(), seen: seen.take(), cursor };
}

const earliest = (a: string | null, b: string | null) => (a === null || (b !== null && b < a) ? b : a);
const latest = (a: string | null, b: string | null) => (a === null || (b !== null && b > a) ? b : a);

/** Writes rows anew without the duplicates, and with the spelling of the pieces before. */
function written(
  { lines }: WrittenRows,
  duplicates: ReadonlySet<number>,
  respelt: ReadonlyMap<string, string>,
): Imported {
  const sums = createSums();
  let [from, to]: [string | null, string | null] = [null, null];
  let text = "";
  let count = 0;
  for (const [row, line] of new TextDecoder().decode(lines).split("\n").slice(0, -1).entries()) {
    if (duplicates.has(row)) continue;
    const read = Transaction.parse(JSON.parse(line));
    const category = respelt.get(read.category) ?? read.category;
    sums.add({ ...read, minor: parseMinor(read.amount) }, category);
    from = earliest(from, read.date);
    to = latest(to, read.date);
    text += category === read.category ? `${line}\n` : `${JSON.stringify({ ...read, category })}\n`;
    count += 1;
  }
  return { transactions: { lines: new TextEncoder().encode(text), count }, sums: sums.all(), from, to };
}

function failCategories(column: string): never {
  const message = `Column "${column}" holds more than ${MAX_CATEGORIES} different categories. Map another one.`;
  throw new FatalError("too_many_categories", message);
}
