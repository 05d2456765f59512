/** A longer field is no field of a statement; a longer record is no row. In characters. */
export const MAX_FIELD_LENGTH = 64 * 1024;
const MAX_RECORD_LENGTH = 1024 * 1024;

export type RecordProblem = "quote_unclosed" | "too_long";

/** Where a record ends; null if that cannot be told before more text is read. */
type ScannedRecord = {
  readonly problem: RecordProblem | null;
  /** Behind its last character, without the line break. */
  readonly end: number;
  /** Where the next one starts; null if its line goes on behind the text and is to be skipped. */
  readonly next: number | null;
  /** Line breaks inside quoted fields. */
  readonly breaks: number;
};

const QUOTE = 34;
const SPACE = 32;
const RETURN = 13;

/** Positions of a mark, asked for in ascending order: each stretch of text is searched once. */
export function createFinder(text: string, mark: string): (from: number) => number {
  let found = -1;
  return (from) => {
    if (found < from) {
      const at = text.indexOf(mark, from);
      found = at < 0 ? Number.POSITIVE_INFINITY : at;
    }
    return found;
  };
}

/**
 * Finds the ends of records that may be quoted, one after the other, in one stretch of text. A quote opens only at a
 * field's start and closes only before a separator, a line break (with spaces between) or the end of the file: as the
 * parser has it, which reads the fields afterwards.
 */
export function createRecordScanner(
  text: string,
  { separator, newline }: { readonly separator: string; readonly newline: string },
  isEnd: boolean,
): (start: number) => ScannedRecord | null {
  const separatorFrom = createFinder(text, separator);
  const newlineFrom = createFinder(text, newline);
  const separatorCode = separator.charCodeAt(0);
  const newlineCode = newline.charCodeAt(0);
  // No quote before `searchedUntil` closes a field that opened earlier: a file full of open quotes is searched once.
  let searchedUntil = 0;
  let quoteBehind = 0;

  return (start) => {
    let breaks = 0;
    let at = start;
    for (;;) {
      const opened = at;
      if (text.charCodeAt(at) === QUOTE) {
        const close = findClose(at + 1);
        if (close === "beyond") return null;
        if (close === "unclosed") return ended("quote_unclosed");
        breaks += countBreaks(at, close);
        at = close + 1;
        while (text.charCodeAt(at) === SPACE) at += 1;
        if (text.charCodeAt(at) === RETURN && newlineCode !== RETURN) at += 1;
      } else {
        at = Math.min(separatorFrom(at), newlineFrom(at), text.length);
        if (at - opened > MAX_FIELD_LENGTH) return ended("too_long");
        if (at === text.length && !isEnd) return null;
      }
      if (at - start > MAX_RECORD_LENGTH) return ended("too_long");
      if (at >= text.length) return isEnd ? { problem: null, end: at, next: at, breaks } : null;
      if (text.charCodeAt(at) === newlineCode) {
        const end = text.charCodeAt(at - 1) === RETURN && newlineCode !== RETURN ? at - 1 : at;
        return { problem: null, end, next: at + 1, breaks };
      }
      at += 1;
    }

    /** Gives the record up: it ends with the line that was reached, whatever that holds. */
    function ended(problem: RecordProblem): ScannedRecord {
      const stop = text.indexOf(newline, at);
      const lines = countBreaks(start, at);
      if (stop >= 0) return { problem, end: stop, next: stop + 1, breaks: lines };
      return { problem, end: text.length, next: isEnd ? text.length : null, breaks: lines };
    }
  };

  function countBreaks(from: number, until: number): number {
    let count = 0;
    for (let at = text.indexOf(newline, from); at >= 0 && at < until; at = text.indexOf(newline, at + 1)) count += 1;
    return count;
  }

  function findClose(from: number): number | "unclosed" | "beyond" {
    const limit = from + MAX_FIELD_LENGTH;
    let at = from;
    for (;;) {
      let quote: number;
      if (at < searchedUntil && text.charCodeAt(at) !== QUOTE) {
        at = searchedUntil;
        quote = quoteBehind;
      } else {
        quote = text.indexOf('"', at);
        if (quote < 0) quote = Number.POSITIVE_INFINITY;
      }
      if (quote > limit) {
        if (text.length <= limit && !isEnd) return "beyond";
        searchedUntil = at;
        quoteBehind = quote;
        return "unclosed";
      }
      if (text.charCodeAt(quote + 1) === QUOTE) {
        at = quote + 2;
        continue;
      }
      const verdict = closes(quote);
      if (verdict === "beyond") return "beyond";
      if (verdict) return quote;
      at = quote + 1;
    }
  }

  function closes(quote: number): boolean | "beyond" {
    let at = quote + 1;
    while (text.charCodeAt(at) === SPACE && at - quote <= MAX_FIELD_LENGTH) at += 1;
    if (text.charCodeAt(at) === RETURN && newlineCode !== RETURN) {
      if (at + 1 < text.length) return text.charCodeAt(at + 1) === newlineCode;
      return isEnd || "beyond";
    }
    if (at >= text.length) return isEnd || "beyond";
    const code = text.charCodeAt(at);
    return code === separatorCode || code === newlineCode;
  }
}
