/** 128 bits, as four unsigned words. */
export type Identity = Uint32Array;

const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;
const TYPES = { income: 1, expense: 2, saving: 3 } as const;
const WORD = 0x1_0000_0000;

/** What makes two rows the same one. The balance is null if the file has none. */
export interface Identifiable {
  readonly day: number;
  readonly type: keyof typeof TYPES;
  readonly minor: number;
  readonly description: string;
  readonly balance: number | null;
}

/** The words of the row in hand. Grows to the longest description; what it holds means nothing between two calls. */
let scratch = new Int32Array(256);

/**
 * MurmurHash3 (x86, 128 bits) over the row's numbers and its description, lower-cased and with spaces collapsed. Six of
 * the bits are the day's own, so that a table keeps the rows of a day together: statements come by day, and memory that
 * was just used is near. Among ten million rows two different ones share an identity with a probability of about 10⁻²³;
 * who builds such rows on purpose harms but his own statement. It hashes char codes in pairs: no bytes are made of any row.
 */
export function identify({ day, type, minor, description, balance }: Identifiable, into: Identity, at = 0): void {
  if (scratch.length < description.length * 2 + 16) scratch = new Int32Array(description.length * 2 + 16);
  const words = scratch;
  words[0] = day;
  words[1] = TYPES[type] + (balance === null ? 0 : 16);
  words[2] = minor;
  words[3] = minor / WORD;
  words[4] = balance ?? 0;
  words[5] = Math.floor((balance ?? 0) / WORD);
  const size = addText(description, words, 6);
  hash(words, size, into, at);
  into[at] = ((into[at] ?? 0) & 0x03ff_ffff) | ((day & 63) << 26);
}

/** Writes a text's words from `at` on, and zeros up to a whole block; answers where they end. */
function addText(description: string, words: Int32Array, at: number): number {
  const start = at;
  const text = description;
  let low = -1;
  let count = 0;
  let wasSpace = false;
  for (let index = 0; index < text.length; index += 1) {
    let code = text.charCodeAt(index);
    if (code > 127 && text === description) {
      const lower = description.toLowerCase();
      if (lower !== description) return addText(lower, words, start);
    }
    if (code <= 32 || code === 160) {
      if (wasSpace) continue;
      wasSpace = true;
      code = 32;
    } else {
      wasSpace = false;
      if (code >= 65 && code <= 90) code += 32;
    }
    count += 1;
    if (low < 0) low = code;
    else {
      words[at] = low | (code << 16);
      at += 1;
      low = -1;
    }
  }
  if (low >= 0) {
    words[at] = low;
    at += 1;
  }
  words[at] = count;
  at += 1;
  while (at % 4 !== 0) {
    words[at] = 0;
    at += 1;
  }
  return at;
}

function hash(words: Int32Array, size: number, into: Identity, to: number): void {
  let h1 = 0x9747b28c | 0;
  let h2 = 0x3c6ef372;
  let h3 = 0x165667b1;
  let h4 = 0x27d4eb2f;
  for (let at = 0; at < size; at += 4) {
    let k = Math.imul(words[at] ?? 0, C1);
    h1 ^= Math.imul((k << 15) | (k >>> 17), C2);
    h1 = (Math.imul(((h1 << 19) | (h1 >>> 13)) + h2, 5) + 0x561ccd1b) | 0;
    k = Math.imul(words[at + 1] ?? 0, C2);
    h2 ^= Math.imul((k << 16) | (k >>> 16), C3);
    h2 = (Math.imul(((h2 << 17) | (h2 >>> 15)) + h3, 5) + 0x0bcaa747) | 0;
    k = Math.imul(words[at + 2] ?? 0, C3);
    h3 ^= Math.imul((k << 17) | (k >>> 15), C4);
    h3 = (Math.imul(((h3 << 15) | (h3 >>> 17)) + h4, 5) + 0x96cd1c35) | 0;
    k = Math.imul(words[at + 3] ?? 0, C4);
    h4 ^= Math.imul((k << 18) | (k >>> 14), C1);
    h4 = (Math.imul(((h4 << 13) | (h4 >>> 19)) + h1, 5) + 0x32ac3b17) | 0;
  }
  h1 ^= size;
  h2 ^= size;
  h3 ^= size;
  h4 ^= size;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = finish((h2 + h1) | 0);
  h3 = finish((h3 + h1) | 0);
  h4 = finish((h4 + h1) | 0);
  h1 = finish(h1);
  h1 = (h1 + h2 + h3 + h4) | 0;
  into[to] = h1;
  into[to + 1] = h2 + h1;
  into[to + 2] = h3 + h1;
  into[to + 3] = h4 + h1;
}

function finish(value: number): number {
  let h = value ^ (value >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
