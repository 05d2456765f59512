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

/** Where records stand in a text: three numbers each, for there are millions of them. Blank lines are among them. */
export interface FoundRecords {
  /** Start, end and line of each. */
  readonly spans: Int32Array;
  /** Those that were given up, by their number. */
  readonly problems: ReadonlyMap<number, RecordProblem>;
}

/** Where a search of a text has come to. */
export type Reach = Omit<SplitText, "records">;

/** Cuts text into its whole records; at the end of the file, the last one needs no line break. Blank lines are no records. */
export function splitRecords(
  text: string,
  cut: Cut,
  from: { readonly line: number; readonly isSkipping: boolean },
  isEnd: boolean,
): SplitText {
  const { found, ...reach } = findRecords(text, cut, from, isEnd);
  return { records: readRecords(text, cut, found), ...reach };
}

/** Reads the fields of records that were found in the text, or in a longer one that began with it. */
export function readRecords(text: string, cut: Cut, { spans, problems }: FoundRecords): StatementRecord[] {
  const count = spans.length / 3;
  const records: StatementRecord[] = [];
  for (let at = 0; at < count; ) {
    const stretch: (StatementRecord & { fields: readonly string[] })[] = [];
    for (; at < count && !problems.has(at); at += 1) stretch.push(recordAt(spans, at, null));
    const rows = parseFields(text, stretch, cut);
    stretch.forEach((record, index) => {
      record.fields = rows[index] ?? UNREAD;
      const isBlank = record.fields.length < 2 && text.slice(record.start, record.end).trim() === "";
      if (!isBlank) records.push(record);
    });
    const problem = problems.get(at);
    if (problem) records.push(recordAt(spans, at, problem));
    at += 1;
  }
  return records;
}

const UNREAD: readonly string[] = [];
const recordAt = (spans: Int32Array, number: number, problem: RecordProblem | null) => ({
  line: spans[3 * number + 2] ?? 0,
  fields: UNREAD,
  problem,
  start: spans[3 * number] ?? 0,
  end: spans[3 * number + 1] ?? 0,
});

/** Where the spans of one text are noted, before they are counted. */
let scratch = new Int32Array(3 * 4_096);

/** Finds the whole records of a text, without reading their fields. */
export function findRecords(
  text: string,
  cut: Cut,
  from: { readonly line: number; readonly isSkipping: boolean },
  isEnd: boolean,
): Reach & { readonly found: FoundRecords } {
  const { newline } = cut;
  const quoteFrom = createFinder(text, '"');
  const newlineFrom = createFinder(text, newline);
  const scan = createRecordScanner(text, cut, isEnd);
  const problems = new Map<number, RecordProblem>();
  let length = 0;
  let { line } = from;
  let at = 0;

  const note = (start: number, end: number) => {
    if (length === scratch.length) {
      const larger = new Int32Array(2 * length);
      larger.set(scratch);
      scratch = larger;
    }
    scratch[length] = start;
    scratch[length + 1] = end;
    scratch[length + 2] = line;
    length += 3;
  };
  const reached = (reach: Reach) => ({ found: { spans: scratch.slice(0, length), problems }, ...reach });

  if (from.isSkipping) {
    const stop = text.indexOf(newline);
    if (stop < 0) return reached({ consumed: text.length, line, isSkipping: !isEnd });
    at = stop + 1;
    line += 1;
  }
  while (at < text.length) {
    const stop = newlineFrom(at);
    const end = Math.min(stop, text.length);
    if (quoteFrom(at) >= end && end - at <= MAX_FIELD_LENGTH) {
      if (end === text.length && !isEnd) break;
      const hasReturn = newline === "\n" && end > at && text.charCodeAt(end - 1) === 13;
      note(at, hasReturn ? end - 1 : end);
      at = end + 1;
      line += 1;
      continue;
    }
    const record = scan(at);
    if (!record) break;
    if (record.problem) problems.set(length / 3, record.problem);
    note(at, record.end);
    line += record.breaks;
    if (record.next === null) return reached({ consumed: text.length, line, isSkipping: true });
    at = record.next;
    line += 1;
  }
  return reached({ consumed: Math.min(at, text.length), line, isSkipping: false });
}
