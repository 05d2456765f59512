/** Typed words as a row of a dataset can hold them. */
export const packWords = (words: Uint32Array): string =>
  Buffer.from(words.buffer, words.byteOffset, words.byteLength).toString("base64");

export function unpackWords(text: string): Uint32Array {
  const bytes = new Uint8Array(Buffer.from(text, "base64")); // a copy: words must start at a multiple of four
  return new Uint32Array(bytes.buffer, 0, bytes.length >> 2);
}
