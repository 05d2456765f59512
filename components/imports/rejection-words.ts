import type { RejectionReason } from "@/lib/contracts/transactions-import";

const REASONS: Readonly<Record<RejectionReason, string>> = {
  field_count: "Too many or too few fields",
  encoding_invalid: "Unreadable characters",
  date_missing: "No date",
  date_invalid: "Not a date",
  date_out_of_range: "Date out of range",
  description_missing: "No description",
  amount_missing: "No amount",
  amount_invalid: "Not an amount",
  amount_precision: "Too many decimal places",
  amount_both: "Withdrawal and deposit in one row",
  amount_zero: "Amount is zero",
  currency_mismatch: "Another currency",
  not_a_transaction: "Not a transaction",
  too_long: "A field is too long",
  quote_unclosed: "A quote is never closed",
};

/** Why a row was rejected, in words. */
export const reasonInWords = (reason: RejectionReason): string => REASONS[reason];
