import { joinBalances } from "@/lib/analysis/statement/balance-check";
import { type Categories, MAX_CATEGORIES } from "@/lib/analysis/statement/categories";
import { createSums } from "@/lib/analysis/statement/sums";
import { Transaction } from "@/lib/contracts/transactions-import";
import type { AdoptedPart } from "@/lib/core/dataset";
import type { WrittenRows } from "@/lib/core/stage";
import { FatalError } from "@/lib/errors";
import type { ImportCursor } from "@/lib/jobs/transactions-import-cursor";
import type { createJudge } from "@/lib/jobs/transactions-import-judge";
import type { PieceFacts } from "@/lib/jobs/transactions-import-piece";
import type { Stretch } from "@/lib/jobs/transactions-import-stretch";
import { parseMinor } from "@/lib/money";

interface MergeOptions {
  readonly judge: ReturnType<typeof createJudge>;
  readonly categories: Categories;
  /** How the file calls the column of the categories. */
  readonly categoryColumn: string;
}

/** What is imported of a piece. */
interface Imported extends Pick<PieceFacts, "sums" | "from" | "to"> {
  readonly transactions: Pick<WrittenRows, "count">;
}

/** What the pieces before say about one. */
interface Verdict {
  readonly duplicates: ReadonlySet<number>;
  /** Its categories that were spelt otherwise before. */
  readonly respelt: ReadonlyMap<string, string>;
}

/** Adds pieces to those before, in the file's order: leaves out what was imported before, and moves the cursor behind them. */
export async function mergeStretch(options: MergeOptions, stretch: Stretch, before: ImportCursor) {
  const { pieces, part, lines } = stretch;
  const { duplicates, identities } = await options.judge(stretch);
  const verdicts = pieces.map(
    (piece, index): Verdict => ({ duplicates: duplicates[index] ?? new Set(), respelt: respeltIn(options, piece) }),
  );
  const isAsRead = part !== null && verdicts.every(hasNothingToChange);
  const transactions: (WrittenRows | AdoptedPart)[] = isAsRead ? [part] : [];
  let imported: readonly Imported[] = pieces;
  if (!isAsRead) {
    const all = await lines();
    const written = pieces.map((piece, index) => writtenOf(piece, verdicts[index], all[index]));
    for (const piece of written) transactions.push(piece.transactions);
    imported = written;
  }
  const cursor = pieces.reduce<ImportCursor>(
    (reached, piece, index) => behind(reached, piece, imported[index]),
    before,
  );
  return {
    transactions,
    rejected: pieces.flatMap(({ rejected }) => rejected),
    sums: imported.flatMap(({ sums }) => sums),
    categories: options.categories.takeFresh(),
    identities,
    cursor,
  };
}

const hasNothingToChange = ({ duplicates, respelt }: Verdict) => duplicates.size === 0 && respelt.size === 0;

function respeltIn({ categories, categoryColumn }: MergeOptions, piece: PieceFacts): Verdict["respelt"] {
  const respelt = new Map<string, string>();
  for (const category of piece.categories) {
    const canonical = categories.canonical(category);
    if (canonical !== category) respelt.set(category, canonical);
  }
  if (categories.size() > MAX_CATEGORIES) failCategories(categoryColumn);
  return respelt;
}

/** The cursor behind a piece. */
const behind = (before: ImportCursor, piece: PieceFacts, imported: Imported = piece): ImportCursor => ({
  ...before,
  position: piece.next,
  imported: before.imported + imported.transactions.count,
  duplicates: before.duplicates + piece.transactions.count - imported.transactions.count,
  rejected: before.rejected + piece.rejected.length,
  from: earliest(before.from, imported.from),
  to: latest(before.to, imported.to),
  currency: piece.currency ?? before.currency,
  balances: piece.balances ? joinBalances(before.balances, piece.balances) : before.balances,
});

const earliest = (a: string | null, b: string | null) => (a === null || (b !== null && b < a) ? b : a);
const latest = (a: string | null, b: string | null) => (a === null || (b !== null && b > a) ? b : a);

/** A piece's rows as they were read, or anew without the duplicates and with the spelling of the pieces before. */
function writtenOf(piece: PieceFacts, verdict: Verdict | undefined, lines: Uint8Array | undefined) {
  if (!verdict || !lines) throw new Error("A piece of the statement was not judged.");
  if (hasNothingToChange(verdict)) return { ...piece, transactions: { lines, count: piece.transactions.count } };
  const sums = createSums();
  let [from, to]: [string | null, string | null] = [null, null];
  let text = "";
  let count = 0;
  for (const [row, line] of new TextDecoder().decode(lines).split("\n").slice(0, -1).entries()) {
    if (verdict.duplicates.has(row)) continue;
    const read = Transaction.parse(JSON.parse(line));
    const category = verdict.respelt.get(read.category) ?? read.category;
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
