import { z } from "zod";

const ColumnName = z.string().min(1).max(500);

const Unneeded = ColumnName.nullable().optional();

/** Which of the file's columns plays which role, by its name. What is left out is detected, null is a role for none. */
export const ColumnMapping = z
  .strictObject({
    date: ColumnName,
    description: ColumnName,
    amount: Unneeded,
    withdrawal: Unneeded,
    deposit: Unneeded,
    direction: Unneeded,
    category: Unneeded,
    notes: Unneeded,
    balance: Unneeded,
    currency: Unneeded,
  })
  .refine(
    ({ amount, withdrawal, deposit }) => (amount ? !withdrawal && !deposit : Boolean(withdrawal || deposit)), // no name is empty
    "Map either the amount, or the withdrawal and deposit columns.",
  );
export type ColumnMapping = z.infer<typeof ColumnMapping>;

export const ImportInput = z.strictObject({
  fileId: z.string().min(1).max(200),
  account: z.string().trim().min(1).max(200),
  /** ISO 4217. When left out, the first one that the file names. */
  currency: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z]{3}$/, "A currency is three letters, such as EUR.")
    .optional(),
  dateOrder: z.enum(["auto", "dmy", "mdy", "ymd"]).optional(),
  decimal: z.enum(["auto", ".", ","]).optional(),
  mapping: ColumnMapping.optional(),
  /** So many jobs read the file side by side, on as many workers as are free. The result is the same. */
  partitions: z.int().min(1).max(16).optional(),
});
export type ImportInput = z.infer<typeof ImportInput>;

export const TransactionType = z.enum(["income", "expense", "saving"]);
export type TransactionType = z.infer<typeof TransactionType>;

/** `amount` is a positive decimal as text: JSON numbers are floats, and money is not. */
export const Transaction = z.object({
  line: z.int(),
  date: z.iso.date(),
  description: z.string(),
  amount: z.string(),
  type: TransactionType,
  category: z.string(),
  account: z.string(),
  notes: z.string(),
});
export type Transaction = z.infer<typeof Transaction>;

export const RejectionReason = z.enum([
  "field_count",
  "encoding_invalid",
  "date_missing",
  "date_invalid",
  "date_out_of_range",
  "description_missing",
  "amount_missing",
  "amount_invalid",
  "amount_precision",
  "amount_both",
  "amount_zero",
  "currency_mismatch",
  "not_a_transaction",
  "too_long",
  "quote_unclosed",
]);
export type RejectionReason = z.infer<typeof RejectionReason>;

/** A row that could not be read. `field` is the column's name, null if it is the row as a whole; `raw` its first 2 KiB. */
export const Rejected = z.object({
  line: z.int(),
  reason: RejectionReason,
  field: z.string().nullable(),
  raw: z.string(),
});
export type Rejected = z.infer<typeof Rejected>;

const CategoryTotal = z.object({
  category: z.string(),
  type: TransactionType,
  total: z.string(),
  count: z.int(),
});

const totals = { income: z.string(), expenses: z.string(), savings: z.string(), net: z.string() };

/** A row whose balance is not the balance before it plus or minus its amount. */
export const BalanceWarning = z.object({ line: z.int(), expected: z.string(), found: z.string() });
export type BalanceWarning = z.infer<typeof BalanceWarning>;

/** What was imported. `rows = imported + duplicates + rejected`, `net = income − expenses`; sums are of imported rows. */
export const ImportSummary = z.object({
  rows: z.int(),
  imported: z.int(),
  duplicates: z.int(),
  rejected: z.int(),
  ...totals,
  currency: z.string().nullable(),
  from: z.iso.date().nullable(),
  to: z.iso.date().nullable(),
  months: z.array(z.object({ month: z.string(), ...totals, categories: z.array(CategoryTotal) })),
  /** The first breaks of the balance column, if the file has one. */
  warnings: z.array(BalanceWarning).optional(),
});
export type ImportSummary = z.infer<typeof ImportSummary>;

/** A date that can be read in two ways, and both readings. */
export type AmbiguousDate = {
  readonly line: number;
  readonly text: string;
  readonly dayFirst: string | null;
  readonly monthFirst: string | null;
};

/** A column by its name in the file, and its role; null if it is not read. */
type ColumnRoles = readonly { readonly name: string; readonly role: string | null }[];
/** The first ten, as they stand in the file. */
type FirstRows = readonly { readonly line: number; readonly fields: readonly string[] }[];

/** What the first bytes of a file say about it, before anything is imported. */
export type StatementPreview =
  | {
      readonly isReadable: false;
      readonly code: string;
      readonly message: string;
      /** None if no header was found; else what is known nevertheless. */
      readonly columns: ColumnRoles;
      readonly rows: FirstRows;
    }
  | {
      readonly isReadable: true;
      readonly encoding: string;
      readonly separator: string;
      readonly headerLine: number;
      readonly columns: ColumnRoles;
      /** Null if it cannot be told from these bytes: then there are ambiguous dates, or no dates at all. */
      readonly dateOrder: "dmy" | "mdy" | "ymd" | "named" | null;
      readonly ambiguousDates: readonly AmbiguousDate[];
      readonly decimal: "." | ",";
      readonly currency: string | null;
      readonly rows: FirstRows;
      /** Nothing lies behind these bytes. */
      readonly isWhole: boolean;
    };
