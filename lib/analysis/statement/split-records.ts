import { type Cut, parseFields, type Span } from "@/lib/analysis/statement/parse-fields";
import {
  createFinder,
  createRecordScanner,
  MAX_FIELD_LENGTH,
  type RecordProblem,
} from "@/lib/analysis/statement/scan-record";

/** One record, wherever it stands: `start` and `end` are positions in the text that it was read from. */
export interface StatementRecord extends Span {
  /** The physical line where it starts; the file's first is 1. */
  readonly line: number;
  readonly fields: readonly string[];
  readonly problem: RecordProblem | null;
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

/** A record whose end was found; its fields are filled in when they are read, for there are millions of them. */
type FoundRecord = StatementRecord & { fields: readonly string[] };
const UNREAD: readonly string[] = [];

/** Cuts text into its whole records; at the end of the file, the last one needs no line break. Blank lines are no records. */
export function splitRecords(
  text: string,
  cut: Cut,
  from: { readonly line: number; readonly isSkipping: boolean },
  isEnd: boolean,
): SplitText {
  const { found, ...rest } = findRecords(text, cut, from, isEnd);
  const records: StatementRecord[] = [];
  for (let at = 0; at < found.length; ) {
    const broken = found[at]?.problem ? at : found.findIndex(({ problem }, index) => index > at && problem !== null);
    const stretch = found.slice(at, broken < 0 ? undefined : broken);
    const rows = parseFields(text, stretch, cut);
    stretch.forEach((record, index) => {
      record.fields = rows[index] ?? UNREAD;
      const isBlank = record.fields.length < 2 && text.slice(record.start, record.end).trim() === "";
      if (!isBlank) records.push(record);
    });
    at += stretch.length;
    const given = found[at];
    if (given) records.push(given);
    at += 1;
  }
  return { records, ...rest };
}

/** Where the whole records of a text stand, blank lines among them. */
function findRecords(
  text: string,
  cut: Cut,
  from: { readonly line: number; readonly isSkipping: boolean },
  isEnd: boolean,
): Omit<SplitText, "records"> & { readonly found: readonly FoundRecord[] } {
  const { newline } = cut;
  const found: FoundRecord[] = [];
  const quoteFrom = createFinder(text, '"');
  const newlineFrom = createFinder(text, newline);
  const scan = createRecordScanner(text, cut, isEnd);
  let { line } = from;
  let at = 0;

  if (from.isSkipping) {
    const stop = text.indexOf(newline);
    if (stop < 0) return { found, consumed: text.length, line, isSkipping: !isEnd };
    at = stop + 1;
    line += 1;
  }
  while (at < text.length) {
    const stop = newlineFrom(at);
    const end = Math.min(stop, text.length);
    if (quoteFrom(at) >= end && end - at <= MAX_FIELD_LENGTH) {
      if (end === text.length && !isEnd) break;
      const hasReturn = newline === "\n" && end > at && text.charCodeAt(end - 1) === 13;
      found.push({ line, fields: UNREAD, problem: null, start: at, end: hasReturn ? end - 1 : end });
      at = end + 1;
      line += 1;
      continue;
    }
    const record = scan(at);
    if (!record) break;
    const { problem, next } = record;
    found.push({ line, fields: UNREAD, problem, start: at, end: record.end });
    line += record.breaks;
    if (next === null) return { found, consumed: text.length, line, isSkipping: true };
    at = next;
    line += 1;
  }
  return { found, consumed: Math.min(at, text.length), line, isSkipping: false };
}
