import { parseAmount } from "@/lib/analysis/statement/amounts";
import { isKnownHeader } from "@/lib/analysis/statement/column-roles";
import { dateParts, isNamedDate } from "@/lib/analysis/statement/dates";
import type { StatementRecord } from "@/lib/analysis/statement/split-records";

/** So many lines may stand above the header: the account's name, the period. */
const MAX_LINES_ABOVE = 30;
const MIN_KNOWN = 3;

/**
 * Finds the header among the first records: the first with three known names, or with all those that the caller
 * `wanted`. Else the one above the first row of data, or with most known names. Null if the file begins with data.
 */
export function findHeader(records: readonly StatementRecord[], wanted: readonly string[]): StatementRecord | null {
  const candidates = records.filter(({ line, problem }) => line <= MAX_LINES_ABOVE + 1 && problem === null);
  if (wanted.length > 0) {
    const named = candidates.find(({ fields }) => hasAll(headersOf(fields), wanted));
    if (named) return named;
  }
  const first = candidates.find((record) => knownIn(record) >= MIN_KNOWN);
  if (first) return first;
  const data = candidates.findIndex(({ fields }) => isData(fields));
  const above = candidates[data - 1];
  if (above && above.fields.length === candidates[data]?.fields.length) return above;
  const most = candidates.reduce((best, record) => Math.max(best, knownIn(record)), 0);
  if (most > 0) return candidates.find((record) => knownIn(record) === most) ?? null;
  return data >= 0 ? null : (candidates[0] ?? null);
}

/** Names for all columns, in the file's spelling: a repeated one gets `_2`, a blank one is called by its place. */
export function headersOf(fields: readonly string[]): string[] {
  const taken = new Set<string>();
  return fields.map((field, index) => {
    const name = field.replace(/^\uFEFF/, "").trim() || `column_${index + 1}`;
    let unique = name;
    for (let number = 2; taken.has(unique.toLowerCase()); number += 1) unique = `${name}_${number}`;
    taken.add(unique.toLowerCase());
    return unique;
  });
}

/** The column with this name, whatever its case; −1 if there is none. */
export const indexOfHeader = (headers: readonly string[], name: string): number =>
  headers.findIndex((header) => header.toLowerCase() === name.trim().toLowerCase());

const hasAll = (headers: readonly string[], names: readonly string[]) =>
  names.every((name) => indexOfHeader(headers, name) >= 0);

const knownIn = ({ fields }: StatementRecord) => fields.filter(isKnownHeader).length;

/** A row with a date and an amount is no header. */
function isData(fields: readonly string[]): boolean {
  const cells = fields.map((field) => field.trim());
  const isDate = (cell: string) => dateParts(cell) !== null || isNamedDate(cell);
  const isAmount = (cell: string) =>
    ([".", ","] as const).some((decimal) => typeof parseAmount(cell, { decimal, digits: 3 }) === "object");
  return cells.some(isDate) && cells.some((cell) => !isDate(cell) && isAmount(cell));
}
