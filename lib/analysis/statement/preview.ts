import { COLUMN_ROLES, type Columns } from "@/lib/analysis/statement/column-roles";
import { parseDate } from "@/lib/analysis/statement/dates";
import { decide, type Evidence } from "@/lib/analysis/statement/evidence";
import { inspect, type Mapping } from "@/lib/analysis/statement/inspect";
import type { StatementRecord } from "@/lib/analysis/statement/split-records";

const SHOWN_ROWS = 10;

/**
 * What a file's first bytes (64 KiB do) say about it: encoding, separator, the columns and their roles, how dates and
 * amounts are written, and the first rows. Runs in the browser, on a file that was not uploaded yet.
 */
export function previewStatement(
  head: Uint8Array,
  { isWhole, mapping }: { readonly isWhole: boolean; readonly mapping?: Mapping | undefined },
) {
  const inspection = inspect(head, { isWhole, mapping });
  if ("code" in inspection) {
    const { code, message, headers, columns, records } = inspection;
    return { isReadable: false, code, message, columns: rolesOf(headers, columns), rows: firstOf(records) } as const;
  }
  const { layout, evidence, records } = inspection;
  const { dateOrder, decimals } = decide(evidence);
  const { columns } = layout;
  const money = columns.amount !== undefined ? "amount" : columns.withdrawal !== undefined ? "withdrawal" : "deposit";
  return {
    isReadable: true,
    encoding: layout.format.encoding,
    separator: layout.format.separator,
    headerLine: layout.headerLine,
    columns: rolesOf(layout.headers, columns),
    dateOrder: records.length === 0 ? null : dateOrder,
    ambiguousDates: dateOrder === null ? bothReadings(evidence) : [],
    decimal: decimals[money],
    currency: evidence.currency,
    rows: firstOf(records),
    isWhole,
  } as const;
}

const rolesOf = (headers: readonly string[], columns: Columns) =>
  headers.map((name, index) => ({ name, role: COLUMN_ROLES.find((role) => columns[role] === index) ?? null }));

const firstOf = (records: readonly StatementRecord[]) =>
  records.slice(0, SHOWN_ROWS).map(({ line, fields }) => ({ line, fields }));

const bothReadings = ({ date: { open, proofs } }: Evidence) =>
  (open.length > 0 ? open : proofs).map(({ line, text }) => ({
    line,
    text,
    dayFirst: parseDate(text, "dmy")?.date ?? null,
    monthFirst: parseDate(text, "mdy")?.date ?? null,
  }));
