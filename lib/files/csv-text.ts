import { stringify } from "csv-stringify/sync";
import type { Json } from "@/lib/json";

/** A spreadsheet takes a text that begins like this for a formula, and runs it. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
/** Money and numbers kept as text begin with a sign, too, but can do no harm. */
const NUMBER = /^[+-]?\d+(\.\d+)?$/;

const OPTIONS = {
  record_delimiter: "windows",
  quote_record_delimiter: true, // a lone line feed inside a text, too
  cast: {
    string: (text: string) => (FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text),
    boolean: (value: boolean) => String(value),
  },
} as const;

/** So many rows take a few milliseconds; between batches others get their turn. */
const ROWS_AT_ONCE = 500;

/** Rows as CSV: a header, then one record for each row, quoted where RFC 4180 wants it. */
export async function* toCsv(
  batches: AsyncIterable<readonly Json[]>,
  columns: readonly string[],
): AsyncGenerator<Uint8Array, void, void> {
  yield Buffer.from(stringify([columns], OPTIONS));
  for await (const rows of batches) {
    for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
      const records = rows.slice(from, from + ROWS_AT_ONCE).map((row) => cellsOf(row, columns));
      yield Buffer.from(stringify(records, OPTIONS));
      await nextTurn();
    }
  }
}

/** By exact key: the library would read a dot in a column's name as a path. */
function cellsOf(row: Json, columns: readonly string[]): unknown[] {
  const fields = new Map(Object.entries(row ?? {}));
  return columns.map((column) => fields.get(column));
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));
