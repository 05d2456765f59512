import type { Json } from "@/lib/json";

/** A spreadsheet takes a text that begins like this for a formula, and runs it. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
/** Money and numbers kept as text begin with a sign, too, but can do no harm. */
const NUMBER = /^[+-]?\d+(\.\d+)?$/;
const NEEDS_QUOTES = /[",\r\n]/;

/** So many rows take a few milliseconds; between batches others get their turn. */
const ROWS_AT_ONCE = 1_000;

/**
 * Rows as CSV: a header, then one record for each row, quoted where RFC 4180 wants it. By hand and not by
 * a library, because a million rows took several times as long with one.
 */
export async function* toCsv(
  batches: AsyncIterable<readonly Json[]>,
  columns: readonly string[],
): AsyncGenerator<Uint8Array, void, void> {
  const encoder = new TextEncoder();
  yield encoder.encode(recordOf(columns));
  for await (const rows of batches) {
    for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
      const records = rows.slice(from, from + ROWS_AT_ONCE).map((row) => recordOf(cellsOf(row, columns)));
      yield encoder.encode(records.join(""));
      await nextTurn();
    }
  }
}

const recordOf = (cells: readonly (Json | undefined)[]): string => `${cells.map(cellText).join(",")}\r\n`;

function cellsOf(row: Json, columns: readonly string[]): (Json | undefined)[] {
  const fields = row !== null && typeof row === "object" && !isList(row) ? row : {};
  return columns.map((column) => (Object.hasOwn(fields, column) ? fields[column] : undefined));
}

function cellText(cell: Json | undefined): string {
  if (cell === null || cell === undefined) return "";
  const text =
    typeof cell === "string" ? harmless(cell) : typeof cell === "object" ? JSON.stringify(cell) : String(cell);
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const harmless = (text: string): string => (FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text);

/** `Array.isArray` does not narrow readonly lists. */
const isList = (row: Json & object): row is readonly Json[] => Array.isArray(row);

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));
