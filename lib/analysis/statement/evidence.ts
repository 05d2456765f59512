import { type DecimalMark, undress } from "@/lib/analysis/statement/amounts";
import type { Columns } from "@/lib/analysis/statement/column-roles";
import { currenciesOf } from "@/lib/analysis/statement/currencies";
import {
  countDate,
  type DateVotes,
  decidedOrder,
  isOrderKnown,
  noDateVotes,
} from "@/lib/analysis/statement/date-order";
import type { DateOrder } from "@/lib/analysis/statement/dates";
import { countDecimal, type DecimalVotes, decidedDecimal, isDecimalKnown } from "@/lib/analysis/statement/decimal-mark";
import type { StatementRecord } from "@/lib/analysis/statement/split-records";

/** So many decisive values decide; a column that has had them is not looked at any further. */
const ENOUGH = 1_000;

/** Columns that hold money. */
const MONEY_ROLES = ["amount", "withdrawal", "deposit", "balance"] as const;
export type MoneyRole = (typeof MONEY_ROLES)[number];

/** Says nothing about marks or currencies: a blank cell, or digits alone. */
const PLAIN = /^-?\d*$/;

/** What the values of a statement say about how they are written. JSON, so that it can wait between two slices. */
export type Evidence = {
  readonly date: DateVotes;
  readonly money: { readonly [Role in MoneyRole]: DecimalVotes };
  /** What the first sign, code or currency column of the file names. */
  currency: string | null;
};

/** What the caller has settled already. */
export type Settled = { readonly dateOrder: boolean; readonly decimal: boolean };

export const noEvidence = (): Evidence => ({
  date: noDateVotes(),
  money: {
    amount: { point: 0, comma: 0 },
    withdrawal: { point: 0, comma: 0 },
    deposit: { point: 0, comma: 0 },
    balance: { point: 0, comma: 0 },
  },
  currency: null,
});

/** Adds what these records say. Records of another shape than the header's say nothing. */
export function gather(evidence: Evidence, records: readonly StatementRecord[], columns: Columns, width: number): void {
  const { date, money } = evidence;
  const moneyColumns = MONEY_ROLES.flatMap((role) => {
    const column = columns[role];
    return column === undefined ? [] : [{ votes: money[role], column }];
  });
  for (const { line, fields, problem } of records) {
    if (problem !== null || fields.length !== width) continue;
    if (columns.date !== undefined && date.dmy + date.mdy + date.ymd < ENOUGH) {
      countDate(date, (fields[columns.date] ?? "").trim(), line);
    }
    if (evidence.currency === null && columns.currency !== undefined) {
      evidence.currency = currenciesOf(fields[columns.currency] ?? "")?.[0] ?? null;
    }
    for (const { votes, column } of moneyColumns) {
      const text = fields[column] ?? "";
      if (PLAIN.test(text)) continue;
      if (votes.point + votes.comma < ENOUGH) countDecimal(votes, text);
      if (evidence.currency === null) evidence.currency = undress(text)?.currencies?.[0] ?? null;
    }
  }
}

/** Whether nothing is left to be decided by reading on. */
export function isDecided({ date, money }: Evidence, columns: Columns, settled: Settled): boolean {
  const isMoneyDecided =
    settled.decimal || MONEY_ROLES.every((role) => columns[role] === undefined || isDecimalKnown(money[role]));
  return isMoneyDecided && (settled.dateOrder || isOrderKnown(date) || isNamedOnly(date));
}

const isNamedOnly = ({ named, same, open }: DateVotes) => named > 0 && same === 0 && open.length === 0;

/** How the values are written; the date order is null if it cannot be told. */
export type Spelling = {
  readonly dateOrder: DateOrder | null;
  readonly decimals: { readonly [Role in MoneyRole]: DecimalMark };
};

/** Decides each column; a money column that proved nothing follows the others, and all of them the point. */
export function decide({ date, money }: Evidence): Spelling {
  const own = MONEY_ROLES.map((role) => decidedDecimal(money[role]));
  const shared = own.find((mark) => mark !== null) ?? ".";
  const of = (role: MoneyRole) => decidedDecimal(money[role]) ?? shared;
  return {
    dateOrder: decidedOrder(date),
    decimals: { amount: of("amount"), withdrawal: of("withdrawal"), deposit: of("deposit"), balance: of("balance") },
  };
}
