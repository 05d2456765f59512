import { previewStatement } from "@/lib/analysis/statement/preview";
import { ColumnMapping, type StatementPreview } from "@/lib/contracts/transactions-import";

/** As much of a file as is read to show it: a few thousand rows. */
export const PREVIEW_BYTES = 256 * 1024;

export type Role = keyof ColumnMapping;
/** Null for a role that no column is to have: left out, it would be detected again. */
export type PartialMapping = Readonly<Partial<Record<Role, string | null>>>;

export interface PreviewColumn {
  readonly name: string;
  readonly role: Role | null;
}

type Readable = Extract<StatementPreview, { isReadable: true }>;

/** What the page shows of a file. One that cannot be read as it is still shows its columns, to be assigned by hand. */
export interface ShownPreview extends Pick<Readable, "rows" | "dateOrder" | "ambiguousDates" | "decimal"> {
  readonly columns: readonly PreviewColumn[];
  /** Keeps the import from starting. */
  readonly problem: { readonly code: string; readonly message: string } | null;
}

/** Looks at the first bytes of a file, with the roles that the reader has given to columns so far. */
export function previewOf(
  head: Uint8Array,
  { isWhole, mapping }: { readonly isWhole: boolean; readonly mapping: PartialMapping },
): ShownPreview {
  const preview: StatementPreview = previewStatement(head, { isWhole, mapping });
  const columns = preview.columns.map(({ name, role }) => ({ name, role: isRole(role) ? role : null }));
  if (preview.isReadable) return { ...preview, columns, problem: null };
  const { code, message, rows } = preview;
  return { columns, problem: { code, message }, rows, dateOrder: null, ambiguousDates: [], decimal: "." };
}

const isRole = (role: string | null): role is Role => role !== null && role in ColumnMapping.shape;
