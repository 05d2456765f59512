import {
  createFinder,
  createRecordScanner,
  MAX_FIELD_LENGTH,
  type RecordProblem,
} from "@/lib/analysis/statement/scan-record";

/** How text is cut into records. */
export type Cut = { readonly separator: string; readonly newline: "\n" | "\r" };

/** One record, wherever it stands: `start` and `end` are positions in the text that it was read from. */
export interface StatementRecord {
  /** The physical line where it starts; the file's first is 1. */
  readonly line: number;
  readonly fields: readonly string[];
  readonly problem: RecordProblem | null;
  readonly start: number;
  readonly end: number;
}

interface SplitText {
  readonly records: readonly StatementRecord[];
  /** How much of the text they are. What is left is the beginning of a record. */
  readonly consumed: number;
  /** The line behind them. */
  readonly line: number;
  /** The rest of that line belongs to a record that was given up. */
  readonly isSkipping: boolean;
}

/** Cuts text into its whole records; at the end of the file, the last one needs no line break. Blank lines are no records. */
export function splitRecords(
  text: string,
  cut: Cut,
  from: { readonly line: number; readonly isSkipping: boolean },
  isEnd: boolean,
): SplitText {
  const { separator, newline } = cut;
  const records: StatementRecord[] = [];
  const quoteFrom = createFinder(text, '"');
  const newlineFrom = createFinder(text, newline);
  const scan = createRecordScanner(text, cut, isEnd);
  let { line } = from;
  let at = 0;

  if (from.isSkipping) {
    const stop = text.indexOf(newline);
    if (stop < 0) return { records, consumed: text.length, line, isSkipping: !isEnd };
    at = stop + 1;
    line += 1;
  }
  while (at < text.length) {
    const stop = newlineFrom(at);
    const end = Math.min(stop, text.length);
    if (quoteFrom(at) >= end && end - at <= MAX_FIELD_LENGTH) {
      if (end === text.length && !isEnd) break;
      const hasReturn = newline === "\n" && end > at && text.charCodeAt(end - 1) === 13;
      const content = text.slice(at, hasReturn ? end - 1 : end);
      if (!isBlank(content)) {
        records.push({ line, fields: content.split(separator), problem: null, start: at, end: at + content.length });
      }
      at = end + 1;
      line += 1;
      continue;
    }
    const record = scan(at);
    if (!record) break;
    const { fields, problem, next } = record;
    records.push({ line, fields, problem, start: at, end: record.end });
    line += record.breaks;
    if (next === null) return { records, consumed: text.length, line, isSkipping: true };
    at = next;
    line += 1;
  }
  return { records, consumed: Math.min(at, text.length), line, isSkipping: false };
}

function isBlank(content: string): boolean {
  return !(content.charCodeAt(0) > 32) && content.trim() === "";
}
