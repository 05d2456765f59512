import { createIdentityTable } from "@/lib/analysis/statement/identity-table";

/**
 * A row's identity, and one word more: before it is judged, whether it has a balance; afterwards its ordinal among
 * equal rows, with a bit that says whether it was imported.
 */
export const WORDS_PER_ROW = 5;
export const HAS_BALANCE = 1;
const ACCEPTED = 0x8000_0000;

/** Whether a row that was judged was imported, by its last word. */
export const isAccepted = (word: number): boolean => word >= ACCEPTED;

const GOLDEN = 0x9e3779b1;

export type SeenRows = ReturnType<typeof createSeenRows>;

/**
 * Tells rows that were imported before from new ones. Two equal rows of one file are two, unless their balance is equal
 * too; two equal rows of two files are one. What it has judged can be packed, kept, and restored after an interruption.
 */
export function createSeenRows({ expected = 0 }: { readonly expected?: number | undefined } = {}) {
  const own = createIdentityTable(expected);
  const earlier = createIdentityTable();
  const numbered = new Uint32Array(4);
  let packed = new Uint32Array(WORDS_PER_ROW * 4_096);
  let length = 0;
  let hasEarlier = false;

  /** The n-th of equal rows has an identity of its own. */
  function number(words: Uint32Array, from: number, ordinal: number): Uint32Array {
    for (let word = 0; word < 4; word += 1) numbered[word] = words[from + word] ?? 0;
    numbered[3] = (words[from + 3] ?? 0) ^ Math.imul(ordinal, GOLDEN);
    return numbered;
  }

  function makeRoom(wanted: number): void {
    if (length + wanted <= packed.length) return;
    const larger = new Uint32Array(Math.max(packed.length * 2, length + wanted));
    larger.set(packed);
    packed = larger;
  }

  return {
    /** Whether there are other imports to compare with. */
    hasEarlier: (): boolean => hasEarlier,

    /**
     * Whether a row was imported before, by its words in `rows` from `at` on: its identity, and whether it has a
     * balance. Each row of the file is asked about once, in the file's order.
     */
    isDuplicate(rows: Uint32Array, at: number): boolean {
      const before = own.add(rows, at);
      const hasBalance = rows[at + 4] === HAS_BALANCE;
      const ordinal = hasBalance ? 0 : before;
      const isRepeated = hasBalance && before > 0;
      const isDuplicate = isRepeated || (hasEarlier && earlier.has(number(rows, at, ordinal)));
      if (length === packed.length) makeRoom(WORDS_PER_ROW);
      for (let word = 0; word < 4; word += 1) packed[length + word] = rows[at + word] ?? 0; // four words: cheaper than a call
      packed[length + 4] = isDuplicate ? ordinal : ordinal | ACCEPTED;
      length += WORDS_PER_ROW;
      return isDuplicate;
    },

    /** Packs rows that were judged elsewhere. Those to come are not compared with them before they are restored. */
    keep(words: Uint32Array): void {
      makeRoom(words.length);
      packed.set(words, length);
      length += words.length;
    },

    /** The rows judged since this was last asked. */
    take(): Uint32Array {
      const taken = packed.slice(0, length);
      length = 0;
      return taken;
    },

    /** Restores what was judged before, or elsewhere. */
    restore(words: Uint32Array): void {
      for (let at = 0; at < words.length; at += WORDS_PER_ROW) own.add(words, at);
    },

    /** Adds what another import has imported. */
    compareWith(words: Uint32Array): void {
      hasEarlier = true;
      for (let at = 0; at < words.length; at += WORDS_PER_ROW) {
        const last = words[at + 4] ?? 0;
        if (last >= ACCEPTED) earlier.add(number(words, at, last - ACCEPTED));
      }
    },

    bytes: (): number => own.bytes() + earlier.bytes(),
  };
}
