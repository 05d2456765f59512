import { type ColumnRole, type Columns, detectColumns, missingColumns } from "@/lib/analysis/statement/column-roles";
import { decode } from "@/lib/analysis/statement/decode";
import { detectEncoding } from "@/lib/analysis/statement/encoding";
import { type Evidence, gather, noEvidence } from "@/lib/analysis/statement/evidence";
import { findHeader, headersOf, indexOfHeader } from "@/lib/analysis/statement/headers";
import { cutRecords, type TextFormat } from "@/lib/analysis/statement/read-batches";
import type { Position } from "@/lib/analysis/statement/read-stretches";
import { detectNewline, detectSeparator, startOf } from "@/lib/analysis/statement/separator";
import type { StatementRecord } from "@/lib/analysis/statement/split-records";

/** As much of a file as is looked at before anything is imported. */
export const INSPECTED_BYTES = 128 * 1024;

/** The caller's own column names, by role; null for a role that no column has. */
export type Mapping = { readonly [Role in ColumnRole]?: string | null | undefined };

/** How a statement is to be read: all that does not depend on how its values are written. */
export type StatementLayout = {
  readonly format: TextFormat;
  readonly headers: readonly string[];
  readonly headerLine: number;
  readonly columns: Columns;
  /** Behind the header. */
  readonly start: Position;
};

/** Why a file is no statement, with a sentence for its owner. */
type StatementProblem = {
  readonly code: string;
  readonly message: string;
  /** What is known nevertheless, if there is a header: for its owner to map. */
  readonly headers: readonly string[];
  readonly columns: Columns;
  readonly records: readonly StatementRecord[];
};

type Inspection = {
  readonly layout: StatementLayout;
  readonly evidence: Evidence;
  /** How far the evidence reaches. */
  readonly readUntil: Position;
  readonly records: readonly StatementRecord[];
};

/** Looks at the beginning of a file: encoding, separator, header, columns, and what its first values say. */
export function inspect(
  head: Uint8Array,
  { isWhole, mapping = {} }: { readonly isWhole: boolean; readonly mapping?: Mapping | undefined },
): Inspection | StatementProblem {
  const start = detectEncoding(head, isWhole);
  if (start === "file_empty") return problem("file_empty", "The file is empty.");
  if (start === "file_not_text") {
    return problem("file_not_text", "This is no text file. Export the statement as CSV and upload that.");
  }
  const { encoding, markBytes } = start;
  const bytes = head.subarray(markBytes);
  const text = decode(bytes, encoding, isWhole);
  if (text.trim() === "") return problem("file_empty", "The file holds nothing but blanks.");
  const newline = detectNewline(text);
  const format: TextFormat = { encoding, newline, separator: detectSeparator(text, newline, isWhole) };
  const { records, next } = cutRecords(bytes, format, startOf(markBytes), isWhole);

  const wanted = Object.values(mapping).filter((name) => typeof name === "string");
  const header = findHeader(records, wanted);
  if (!header) {
    const isOneLine = !isWhole && !text.includes(newline);
    const message = isOneLine
      ? `The first line is longer than ${INSPECTED_BYTES / 1024} KiB: that is no line of column names.`
      : records.length === 0
        ? "No header was found in the first part of the file."
        : "The file has no header: its first row holds a date and an amount. Add a line with the names of the columns.";
    return problem("header_missing", message);
  }
  const headers = headersOf(header.fields);
  const rows = records.filter(({ line }) => line > header.line);
  const { columns, ...trouble } = columnsOf(headers, mapping);
  if ("code" in trouble) return { ...trouble, headers, columns, records: rows };

  const evidence = noEvidence();
  gather(evidence, rows, columns, headers.length);
  const [first] = rows;
  const layout: StatementLayout = {
    format,
    headers,
    headerLine: header.line,
    columns,
    start: first
      ? {
          offset: markBytes + bytesBefore(bytes, format, text.slice(0, first.start)),
          line: first.line,
          isSkipping: false,
        }
      : next,
  };
  return { layout, evidence, readUntil: next, records: rows };
}

type Found = { readonly columns: Columns } & ({ readonly code: string; readonly message: string } | object);

function columnsOf(headers: readonly string[], mapping: Mapping): Found {
  const list = headers.map((header) => `"${header}"`).join(", ");
  const given: Partial<Record<ColumnRole, number>> = {};
  const unused: ColumnRole[] = [];
  for (const [role, name] of Object.entries(mapping) as [ColumnRole, Mapping[ColumnRole]][]) {
    if (name === undefined) continue;
    if (name === null) {
      unused.push(role);
      continue;
    }
    const index = indexOfHeader(headers, name);
    if (index < 0) {
      const message = `There is no column "${name}". The file's columns are ${list}.`;
      return { code: "column_unknown", message, columns: given };
    }
    given[role] = index;
  }
  const columns = detectColumns(headers, given, unused);
  const missing = missingColumns(columns);
  if (missing.length === 0) return { columns };
  const only = headers.length === 1 ? "only one column" : "the columns";
  const message = `No column for ${missing.join(", ")} was found. The file has ${only} ${list}.`;
  return { code: "columns_missing", message, columns };
}

/** The bytes of the lines before the first row. */
function bytesBefore(bytes: Uint8Array, { encoding, newline }: TextFormat, behind: string): number {
  if (encoding === "utf-16le" || encoding === "utf-16be") return behind.length * 2;
  let at = 0;
  for (let found = behind.indexOf(newline); found >= 0; found = behind.indexOf(newline, found + 1)) {
    at = bytes.indexOf(newline.charCodeAt(0), at) + 1;
  }
  return at;
}

const problem = (code: string, message: string): StatementProblem => ({
  code,
  message,
  headers: [],
  columns: {},
  records: [],
});
