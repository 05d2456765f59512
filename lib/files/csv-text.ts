import Papa from "papaparse";
import type { Json } from "@/lib/json";

/** A spreadsheet takes a text that begins like this for a formula, and runs it. Money kept as text does no harm. */
const FORMULA = /^(?![+-]?\d+(\.\d+)?$)[=+\-@\t\r\n＝＋－＠]/;
const LINE_END = "\r\n";

/** So many rows take a few milliseconds; between batches others get their turn. */
const ROWS_AT_ONCE = 1_000;

/** Rows as CSV: a header, then one record for each row, quoted where RFC 4180 wants it. */
export async function* toCsv(
  batches: AsyncIterable<readonly Json[]>,
  columns: readonly string[],
): AsyncGenerator<Uint8Array, void, void> {
  const encoder = new TextEncoder();
  yield encoder.encode(recordsOf([columns]));
  for await (const rows of batches) {
    for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
      const records = rows.slice(from, from + ROWS_AT_ONCE).map((row) => cellsOf(row, columns));
      yield encoder.encode(recordsOf(records));
      await nextTurn();
    }
  }
}

const recordsOf = (records: readonly (readonly unknown[])[]): string =>
  records.length === 0
    ? ""
    : Papa.unparse(records as unknown[][], { newline: LINE_END, escapeFormulae: FORMULA }) + LINE_END; // it only reads them

function cellsOf(row: Json, columns: readonly string[]): unknown[] {
  const fields = row !== null && typeof row === "object" && !isList(row) ? row : {};
  return columns.map((column) => (Object.hasOwn(fields, column) ? cellOf(fields[column]) : ""));
}

const cellOf = (cell: Json | undefined) => (typeof cell === "object" && cell !== null ? JSON.stringify(cell) : cell);

/** `Array.isArray` does not narrow readonly lists. */
const isList = (row: Json & object): row is readonly Json[] => Array.isArray(row);

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));
