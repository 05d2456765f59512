export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";

/** How a file's bytes become text, and how many of them the byte order mark takes. */
type TextStart = { readonly encoding: Encoding; readonly markBytes: number };

/** What a statement cannot be, told by its first bytes. */
type FileProblem = "file_empty" | "file_not_text";

/** As much of a file as its encoding is decided from. */
const ENCODING_SAMPLE_BYTES = 64 * 1024;

const MARKS: readonly (readonly [Encoding, readonly number[]])[] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

/** Formats that people save as `.csv` by mistake: PNG, JPEG, ZIP and XLSX, old XLS, PDF, gzip. */
const SIGNATURES: readonly (readonly number[])[] = [
  [0x89, 0x50, 0x4e, 0x47],
  [0xff, 0xd8, 0xff],
  [0x50, 0x4b, 0x03, 0x04],
  [0xd0, 0xcf, 0x11, 0xe0],
  [0x25, 0x50, 0x44, 0x46, 0x2d],
  [0x1f, 0x8b, 0x08],
];

/** Decides the encoding from the first bytes of a file; `isWhole` if there are no more. */
export function detectEncoding(head: Uint8Array, isWhole: boolean): TextStart | FileProblem {
  const sample = head.subarray(0, ENCODING_SAMPLE_BYTES);
  if (sample.length === 0) return "file_empty";
  if (SIGNATURES.some((signature) => startsWith(sample, signature))) return "file_not_text";

  const [marked, mark] = MARKS.find(([, bytes]) => startsWith(sample, bytes)) ?? [];
  if (marked && mark) {
    if (sample.length === mark.length) return "file_empty";
    const isBinary = marked === "utf-8" ? sample.includes(0) : hasNulUnit(sample);
    return isBinary ? "file_not_text" : { encoding: marked, markBytes: mark.length };
  }
  if (sample.includes(0)) return "file_not_text";
  const whole = sample.subarray(0, completeLength(sample));
  const isCut = !isWhole || sample.length < head.length;
  const isText = isUtf8(whole) && (isCut || isPlausibleEnd(whole, sample.length));
  return { encoding: isText ? "utf-8" : "windows-1252", markBytes: 0 };
}

/**
 * A file may end inside a character. One lone byte is more likely Windows-1252, unless there are characters of several
 * bytes before it.
 */
function isPlausibleEnd(whole: Uint8Array, length: number): boolean {
  return length - whole.length !== 1 || whole.some((byte) => byte >= 0x80);
}

/** How many of these bytes are whole UTF-8 characters: all but one that is cut at the end. */
export function completeLength(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte >= 0xc0) {
      const wanted = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return back < wanted ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}

export function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return true;
  } catch {
    return false; // the only way that a strict decoder has to say no
  }
}

const startsWith = (bytes: Uint8Array, start: readonly number[]) => start.every((byte, index) => bytes[index] === byte);

function hasNulUnit(bytes: Uint8Array): boolean {
  for (let at = 0; at + 1 < bytes.length; at += 2) if (bytes[at] === 0 && bytes[at + 1] === 0) return true;
  return false;
}
