import { bytesOf, decode } from "@/lib/analysis/statement/decode";
import type { StatementLayout } from "@/lib/analysis/statement/inspect";
import type { TextFormat } from "@/lib/analysis/statement/read-batches";
import { splitRecords } from "@/lib/analysis/statement/split-records";

/** As much of a file as is looked at for the place where another reader may begin. */
export const WINDOW_BYTES = 32 * 1024;
/** Line breaks inside quoted fields are passed by, so many at most. */
const MAX_BREAKS = 100;
/** Behind a line break inside a quoted field, records do not have the header's number of fields for long. */
const SURE_RECORDS = 8;
const LOOKED_AT = 8 * 1024;

/**
 * How far from the beginning of a stretch a record most likely begins, in bytes; null if no line does. It is a guess,
 * for a line break may stand in a quoted field: whoever reads up to there finds out.
 */
export function likelyBeginning(bytes: Uint8Array, { format, headers }: StatementLayout): number | null {
  const { encoding, newline } = format;
  const text = decode(bytes, encoding, false);
  const beginning = (at: number) => bytesOf(bytes, { text, encoding, newline, isEnd: false }, at + 1);
  const first = text.indexOf(newline);
  for (let at = first, tries = 0; at >= 0 && tries < MAX_BREAKS; at = text.indexOf(newline, at + 1), tries += 1) {
    const rest = text.slice(at + 1, at + 1 + LOOKED_AT);
    const { records } = splitRecords(rest, format, { line: 1, isSkipping: false }, false);
    const sure = records.slice(0, SURE_RECORDS);
    if (sure.length > 0 && sure.every(({ fields }) => fields.length === headers.length)) return beginning(at);
  }
  return first < 0 ? null : beginning(first);
}

/** Counts line breaks in bytes that come one stretch after the other. */
export function createBreakCounter({ encoding, newline }: Pick<TextFormat, "encoding" | "newline">) {
  const mark = newline.charCodeAt(0);
  const isWide = encoding === "utf-16le" || encoding === "utf-16be";
  const [first, second] = encoding === "utf-16be" ? [0, mark] : [mark, 0];
  let before = -1;
  let count = 0;

  function addWide(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (before === first && byte === second) count += 1;
      before = before < 0 ? byte : -1;
    }
  }

  /** A whole file passes by here before anybody reads it, and looking at each byte takes twice as long. */
  function addNarrow(bytes: Uint8Array): void {
    for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) count += 1;
  }

  return {
    count: () => count,
    /** Of text in two bytes a character, the first stretch begins with the first byte of one. */
    add(bytes: Uint8Array): void {
      if (isWide) addWide(bytes);
      else addNarrow(bytes);
    },
  };
}
