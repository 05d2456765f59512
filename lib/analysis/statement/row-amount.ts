import { type AmountFormat, parseAmount, plainAmount } from "@/lib/analysis/statement/amounts";
import type { Columns } from "@/lib/analysis/statement/column-roles";
import type { CurrencyCheck } from "@/lib/analysis/statement/currency-check";
import type { MoneyRole, Spelling } from "@/lib/analysis/statement/evidence";
import type { Rejection, RejectionReason, TransactionType } from "@/lib/analysis/statement/row";

/** What a row moves, with the direction that the file gives it. */
type Movement = { readonly minor: number; readonly type: TransactionType };

/** A map: the words looked up are the file's, and an object would know "constructor". */
const DIRECTIONS: ReadonlyMap<string, TransactionType> = new Map([
  ..."dr d debit withdrawal expense out - −".split(" ").map((word) => [word, "expense"] as const),
  ..."cr c credit deposit income in +".split(" ").map((word) => [word, "income"] as const),
  ..."saving savings transfer-to-savings".split(" ").map((word) => [word, "saving"] as const),
]);

const reject = (reason: RejectionReason, column: number | null): Rejection => ({ reason, column });

/** Reads the amount columns of a statement: one with a sign or a direction beside it, or one for each direction. */
export function createAmountReader(columns: Columns, decimals: Spelling["decimals"], currency: CurrencyCheck) {
  const formats = Object.fromEntries(
    (["amount", "withdrawal", "deposit", "balance"] as const).map((role) => [
      role,
      { decimal: decimals[role], digits: currency.digits },
    ]),
  ) as { readonly [Role in MoneyRole]: AmountFormat }; // `fromEntries` forgets which keys it was given

  /** Minor units; null for a blank cell. */
  function cell(fields: readonly string[], column: number, format: AmountFormat): number | null | Rejection {
    const text = fields[column] ?? "";
    const plain = plainAmount(text, format);
    if (!Number.isNaN(plain)) return plain;
    if (text.trim() === "") return null;
    const amount = parseAmount(text, format);
    if (typeof amount === "string") return reject(amount, column);
    if (amount.currencies && !currency.accepts(amount.currencies)) return reject("currency_mismatch", column);
    return amount.minor;
  }

  function fromOne(fields: readonly string[], column: number): Movement | Rejection {
    const value = cell(fields, column, formats.amount);
    if (value === null) return reject("amount_missing", column);
    if (typeof value === "object") return value;
    if (value === 0) return reject("amount_zero", column);
    const word = columns.direction === undefined ? "" : (fields[columns.direction] ?? "");
    const stated = word === "" ? undefined : (DIRECTIONS.get(word) ?? DIRECTIONS.get(word.trim().toLowerCase()));
    return { minor: Math.abs(value), type: stated ?? (value < 0 ? "expense" : "income") };
  }

  function fromTwo(fields: readonly string[]): Movement | Rejection {
    const { withdrawal, deposit } = columns;
    const out = withdrawal === undefined ? null : cell(fields, withdrawal, formats.withdrawal);
    if (typeof out === "object" && out !== null) return out;
    const into = deposit === undefined ? null : cell(fields, deposit, formats.deposit);
    if (typeof into === "object" && into !== null) return into;
    if (out && into) return reject("amount_both", withdrawal ?? null);
    if (!out && !into) return reject("amount_missing", withdrawal ?? deposit ?? null);
    const value = into || -(out ?? 0);
    return { minor: Math.abs(value), type: value < 0 ? "expense" : "income" };
  }

  return {
    movement: (fields: readonly string[]): Movement | Rejection =>
      columns.amount === undefined ? fromTwo(fields) : fromOne(fields, columns.amount),

    /** A balance that cannot be read is no reason to reject its row. */
    balance(fields: readonly string[]): number | null {
      if (columns.balance === undefined) return null;
      const value = cell(fields, columns.balance, formats.balance);
      return typeof value === "number" ? value : null;
    },
  };
}
