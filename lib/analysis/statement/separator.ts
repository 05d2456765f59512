import type { Position } from "@/lib/analysis/statement/read-stretches";
import { splitRecords } from "@/lib/analysis/statement/split-records";

const SEPARATORS = [",", ";", "\t", "|"] as const;
const SAMPLE_RECORDS = 100;
const SAMPLE_LENGTH = 32 * 1024;

/** LF wherever there is one (CRLF is LF with something before it); only the oldest files have nothing but CR. */
export const detectNewline = (text: string): "\n" | "\r" => (!text.includes("\n") && text.includes("\r") ? "\r" : "\n");

/**
 * The separator that cuts most of the first 100 records into the same number of fields, two at least. Of two that do,
 * the one that finds more fields; comma if none does.
 */
export function detectSeparator(text: string, newline: "\n" | "\r", isWhole: boolean): string {
  const sample = text.slice(0, SAMPLE_LENGTH);
  const isEnd = isWhole && sample.length === text.length;
  let best: { separator: string; records: number; fields: number } = { separator: ",", records: 0, fields: 0 };
  for (const separator of SEPARATORS) {
    const { records } = splitRecords(sample, { separator, newline }, { line: 1, isSkipping: false }, isEnd);
    const counts = new Map<number, number>();
    for (const { fields } of records.slice(0, SAMPLE_RECORDS)) {
      if (fields.length >= 2) counts.set(fields.length, (counts.get(fields.length) ?? 0) + 1);
    }
    for (const [fields, count] of counts) {
      const isBetter = count > best.records || (count === best.records && fields > best.fields);
      if (isBetter) best = { separator, records: count, fields };
    }
  }
  return best.separator;
}

/** Where the first record of a file starts. */
export const startOf = (markBytes: number): Position => ({ offset: markBytes, line: 1, isSkipping: false });
