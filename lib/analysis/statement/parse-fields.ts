import Papa from "papaparse";

/** How text is cut into records. */
export type Cut = { readonly separator: string; readonly newline: "\n" | "\r" };

/** Where a record stands in the text, without its line break. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * The fields of records that follow each other in a text, in their order. The parser takes them all at once,
 * unless their lines end in different ways: then it gets them one by one, and cannot cut them otherwise than we did.
 */
export function parseFields(text: string, spans: readonly Span[], { separator, newline }: Cut): readonly string[][] {
  const [first, last] = [spans[0], spans.at(-1)];
  if (!first || !last) return [];
  const gap = spans[1] ? spans[1].start - first.end : newline.length;
  if (spans.every(({ start }, at) => start - (spans[at - 1]?.end ?? start - gap) === gap)) {
    const rows = parse(text.slice(first.start, last.end), separator, gap === 2 ? "\r\n" : newline);
    if (rows.length === spans.length) return rows;
  }
  return spans.map(({ start, end }) => parse(text.slice(start, end), separator, newline)[0] ?? [""]);
}

/** Spaces behind a closing quote are dropped before a line end only: so the last line gets one, and an empty row behind it. */
const parse = (text: string, delimiter: string, newline: "\n" | "\r" | "\r\n"): string[][] =>
  new Papa.Parser({ delimiter, newline }).parse(text + newline, 0, false).data.slice(0, -1);
