import { COLUMN_ROLES, type ColumnRole } from "@/lib/analysis/statement/column-roles";
import { type DateOrder, parseDate } from "@/lib/analysis/statement/dates";
import { decide } from "@/lib/analysis/statement/evidence";
import { INSPECTED_BYTES, inspect } from "@/lib/analysis/statement/inspect";

/** As much of the file as is read to show it. */
export const PREVIEW_BYTES = INSPECTED_BYTES;

const ROWS = 10;

export type PreviewRole = Exclude<ColumnRole, "account">;
export interface PreviewColumn {
  readonly name: string;
  readonly role: PreviewRole | null;
}
export interface PreviewRow {
  readonly line: number;
  readonly fields: readonly string[];
}
/** A date of the file and both its readings, as ISO dates. */
export interface DateExample {
  readonly text: string;
  readonly dmy: string;
  readonly mdy: string;
}

export interface StatementPreview {
  readonly columns: readonly PreviewColumn[];
  readonly rows: readonly PreviewRow[];
  /** Null while it cannot be told from what was read. */
  readonly dateOrder: DateOrder | null;
  /** The file is read to its end and still does not tell. */
  readonly mustAskOrder: boolean;
  readonly dateExamples: readonly DateExample[];
  readonly decimal: "." | ",";
  /** Each of them keeps the import from starting. */
  readonly problems: readonly { readonly code: string; readonly message: string }[];
}

/** What the first bytes of a file show, with the roles that the reader has settled. */
export function previewOf(
  head: Uint8Array,
  { isWhole, mapping }: { readonly isWhole: boolean; readonly mapping: { readonly [Role in ColumnRole]?: string } },
): StatementPreview {
  const found = inspect(head, { isWhole, mapping });
  if ("code" in found) {
    return {
      columns: [],
      rows: [],
      dateOrder: null,
      mustAskOrder: false,
      dateExamples: [],
      decimal: ".",
      problems: [found],
    };
  }
  const { layout, evidence, records } = found;
  const { dateOrder, decimals } = decide(evidence);
  const roleOf = new Map(COLUMN_ROLES.map((role) => [layout.columns[role], role]));
  const dateExamples = evidence.date.open.flatMap(({ text }) => {
    const [dmy, mdy] = [parseDate(text, "dmy"), parseDate(text, "mdy")];
    return dmy && mdy ? [{ text, dmy: dmy.date, mdy: mdy.date }] : [];
  });
  return {
    columns: layout.headers.map((name, index) => {
      const role = roleOf.get(index);
      return { name, role: role && role !== "account" ? role : null };
    }),
    rows: records.slice(0, ROWS).map(({ line, fields }) => ({ line, fields })),
    dateOrder,
    mustAskOrder: dateOrder === null,
    dateExamples,
    decimal: layout.columns.amount !== undefined ? decimals.amount : decimals.withdrawal,
    problems: [],
  };
}
