const MAX_RAW_BYTES = 2 * 1024;

/** A record as it stands in the file, cut at 2 KiB of UTF-8 and never inside a character. */
export function rawOf(text: string, { start, end }: { readonly start: number; readonly end: number }): string {
  const raw = text.slice(start, Math.min(end, start + MAX_RAW_BYTES));
  const bytes = new TextEncoder().encode(raw);
  if (bytes.length <= MAX_RAW_BYTES) return raw;
  const { read } = new TextEncoder().encodeInto(raw, new Uint8Array(MAX_RAW_BYTES));
  return raw.slice(0, read);
}
