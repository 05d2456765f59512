import { createCurrencyCheck } from "@/lib/analysis/statement/currency-check";
import { type CalendarDay, type DateOrder, parseDate } from "@/lib/analysis/statement/dates";
import type { Spelling } from "@/lib/analysis/statement/evidence";
import type { StatementLayout } from "@/lib/analysis/statement/inspect";
import type { Rejection, RejectionReason, Row } from "@/lib/analysis/statement/row";
import { createAmountReader } from "@/lib/analysis/statement/row-amount";
import type { StatementRecord } from "@/lib/analysis/statement/split-records";

/** Lines below, between and above the rows that sum them up. */
const FOOTER =
  /^(?:grand |sub[- ]?)?totals?\b|^(?:closing|opening|ending|starting|final|available) balance\b|^balance (?:brought|carried)\b|^end of (?:statement|report)\b|^statement summary\b|^(?:summe|gesamt|saldo|endsaldo|anfangssaldo)\b/i;
const DAY_MS = 86_400_000;
/** Statements may hold standing orders of the coming year; what lies further ahead is a misread date. */
const MAX_DAYS_AHEAD = 400;

interface RowReaderOptions {
  readonly layout: StatementLayout;
  readonly decimals: Spelling["decimals"];
  readonly dateOrder: DateOrder;
  /** What is known of it before the first row; null: the first that a row names. */
  readonly currency: string | null;
  /** When the import was asked for, in epoch milliseconds. */
  readonly submittedAt: number;
}

/** Reads the rows of one statement, one after the other. */
export function createRowReader({ layout, decimals, dateOrder, currency: known, submittedAt }: RowReaderOptions) {
  const { columns, headers } = layout;
  const currency = createCurrencyCheck(known);
  const amounts = createAmountReader(columns, decimals, currency);
  const lastDay = Math.floor(submittedAt / DAY_MS) + MAX_DAYS_AHEAD;
  const at = (fields: readonly string[], column: number | undefined) =>
    column === undefined ? "" : trimmed(fields[column] ?? "");
  let dateText = "";
  let dated: CalendarDay | null = null;

  function dayOf(text: string): CalendarDay | null {
    if (text === dateText) return dated; // statements are sorted: mostly it is the day of the row before
    dated = parseDate(text, dateOrder);
    dateText = text.length <= 64 ? text : "";
    return dated;
  }

  function reject(fields: readonly string[], reason: RejectionReason, column: number | undefined): Rejection {
    if (FOOTER.test(fields.find((field) => field.trim() !== "")?.trim() ?? "")) {
      return { reason: "not_a_transaction", column: null };
    }
    return { reason, column: column ?? null };
  }

  return {
    currency: currency.current,
    digits: currency.digits,
    hasNamedCurrency: currency.wasUnknown,

    read({ fields, problem }: StatementRecord, isDamaged: boolean): Row | Rejection {
      if (problem !== null) return { reason: problem, column: null };
      if (isDamaged) return { reason: "encoding_invalid", column: null };
      if (fields.length !== headers.length) return reject(fields, "field_count", undefined);

      const text = at(fields, columns.date);
      if (text === "") return reject(fields, "date_missing", columns.date);
      const day = dayOf(text);
      if (day === null) return reject(fields, "date_invalid", columns.date);
      if (day.day < 0 || day.day > lastDay) return { reason: "date_out_of_range", column: columns.date ?? null };
      const description = at(fields, columns.description);
      if (description === "") return { reason: "description_missing", column: columns.description ?? null };
      if (columns.currency !== undefined && !currency.acceptsCode(fields[columns.currency] ?? "")) {
        return { reason: "currency_mismatch", column: columns.currency };
      }
      const movement = amounts.movement(fields);
      if ("reason" in movement) {
        const isFooter = movement.reason === "amount_missing" && FOOTER.test(description);
        return isFooter ? { reason: "not_a_transaction", column: null } : movement;
      }
      return {
        date: day.date,
        day: day.day,
        description,
        minor: movement.minor,
        type: movement.type,
        category: columns.category === undefined ? "" : (fields[columns.category] ?? ""),
        notes: at(fields, columns.notes),
        balance: amounts.balance(fields),
      };
    },
  };
}

/** What `trim` answers. Nearly no field has a blank at its edges, and asking for two characters is cheaper than the call. */
function trimmed(text: string): string {
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  return first > 32 && first < 127 && last > 32 && last < 127 ? text : text.trim();
}
