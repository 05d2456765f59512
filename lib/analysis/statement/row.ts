export type TransactionType = "income" | "expense" | "saving";

/** Why a row was not read. */
export type RejectionReason =
  | "field_count"
  | "encoding_invalid"
  | "date_missing"
  | "date_invalid"
  | "date_out_of_range"
  | "description_missing"
  | "amount_missing"
  | "amount_invalid"
  | "amount_precision"
  | "amount_both"
  | "amount_zero"
  | "currency_mismatch"
  | "not_a_transaction"
  | "too_long"
  | "quote_unclosed";

/** `column` is the one at fault; null if it is the row as a whole. */
export type Rejection = { readonly reason: RejectionReason; readonly column: number | null };

/** A row that was read. `minor` is positive, `type` says which way it went; `day` counts from 1970. */
export interface Row {
  readonly date: string;
  readonly day: number;
  readonly description: string;
  readonly minor: number;
  readonly type: TransactionType;
  readonly category: string;
  readonly notes: string;
  /** In minor units; null if the file has none, or none that can be read. */
  readonly balance: number | null;
}

/** What the row did to the account. */
export const effectOf = ({ type, minor }: Pick<Row, "type" | "minor">): number => (type === "income" ? minor : -minor);
