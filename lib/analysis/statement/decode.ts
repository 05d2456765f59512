import { completeLength, type Encoding, isUtf8 } from "@/lib/analysis/statement/encoding";

/** What UTF-8 and UTF-16 decoders write in the place of bytes that mean nothing. */
export const REPLACEMENT = "\uFFFD";

const decoders: { readonly [Name in Encoding]: TextDecoder } = {
  "utf-8": new TextDecoder("utf-8", { ignoreBOM: true }),
  "utf-16le": new TextDecoder("utf-16le", { ignoreBOM: true }),
  "utf-16be": new TextDecoder("utf-16be", { ignoreBOM: true }),
  "windows-1252": new TextDecoder("windows-1252"),
};

/** Text of a stretch of a file. A character that is cut at its end is left out, unless the file ends there. */
export function decode(bytes: Uint8Array, encoding: Encoding, isEnd: boolean): string {
  return decoders[encoding].decode(isEnd ? bytes : bytes.subarray(0, wholeLength(bytes, encoding)));
}

/**
 * How many bytes the first `consumed` characters of `text` were, if these end behind a line break or with the text.
 * Counted from the end by line breaks, which no damage to the bytes around them can hide.
 */
export function bytesOf(
  bytes: Uint8Array,
  { text, encoding, newline, isEnd }: { text: string; encoding: Encoding; newline: string; isEnd: boolean },
  consumed: number,
): number {
  if (consumed === 0) return 0;
  if (consumed === text.length) return isEnd ? bytes.length : wholeLength(bytes, encoding);
  if (encoding === "utf-16le" || encoding === "utf-16be") return consumed * 2;
  let breaks = 1;
  for (let at = text.indexOf(newline, consumed); at >= 0; at = text.indexOf(newline, at + 1)) breaks += 1;
  let at = bytes.length;
  for (const code = newline.charCodeAt(0); breaks > 0; breaks -= 1) at = bytes.lastIndexOf(code, at - 1);
  return at + 1;
}

/** Which lines, counted from 0, hold bytes that are not UTF-8. A file may also contain the replacement character itself. */
export function damagedLines(bytes: Uint8Array, newline: string): ReadonlySet<number> {
  const damaged = new Set<number>();
  const code = newline.charCodeAt(0);
  for (let at = 0, line = 0; at < bytes.length; line += 1) {
    const found = bytes.indexOf(code, at);
    const end = found < 0 ? bytes.length : found;
    if (!isUtf8(bytes.subarray(at, end))) damaged.add(line);
    at = end + 1;
  }
  return damaged;
}

function wholeLength(bytes: Uint8Array, encoding: Encoding): number {
  if (encoding === "utf-8") return completeLength(bytes);
  if (encoding === "windows-1252") return bytes.length;
  const even = bytes.length - (bytes.length % 2);
  const high = bytes[encoding === "utf-16le" ? even - 1 : even - 2] ?? 0;
  return high >= 0xd8 && high <= 0xdb ? even - 2 : even; // the first half of a pair
}
