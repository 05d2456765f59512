import type { Identity } from "@/lib/analysis/statement/identity";

/** Four words of identity and one of value: 20 bytes, which at a load of 0.64 to 0.8 are at most 32 a row. */
const WORDS = 5;
const PARTITIONS = 256;
const MAX_LOAD = 0.8;
const GROWTH = 1.25;

export type IdentityTable = ReturnType<typeof createIdentityTable>;

/**
 * Counts identities in typed, open-addressed partitions. They start with different sizes and so grow at different
 * times: no single row waits for the whole table to be moved. `expected` saves the moving altogether.
 */
export function createIdentityTable(expected = 0) {
  const capacities = Array.from({ length: PARTITIONS }, (_, index) =>
    Math.ceil(Math.max(16, (expected * 1.05) / PARTITIONS / MAX_LOAD) * GROWTH ** (index / PARTITIONS)),
  );
  const partitions = capacities.map((capacity) => new Uint32Array(capacity * WORDS));
  const sizes = new Uint32Array(PARTITIONS);

  /** Where this identity stands, or would. A value is never 0, so 0 means free. */
  function placeOf(slots: Uint32Array, capacity: number, a: number, b: number, c: number, d: number): number {
    let at = Math.floor(((b >>> 0) * capacity) / 0x1_0000_0000) * WORDS;
    for (;;) {
      if (slots[at + 4] === 0) return at;
      if (slots[at] === a && slots[at + 1] === b && slots[at + 2] === c && slots[at + 3] === d) return at;
      at += WORDS;
      if (at === capacity * WORDS) at = 0;
    }
  }

  function grow(index: number, slots: Uint32Array, capacity: number): Uint32Array {
    const larger = Math.ceil(capacity * GROWTH);
    const moved = new Uint32Array(larger * WORDS);
    for (let at = 0; at < slots.length; at += WORDS) {
      if (slots[at + 4] === 0) continue;
      const [a = 0, b = 0, c = 0, d = 0] = [slots[at], slots[at + 1], slots[at + 2], slots[at + 3]];
      moved.set(slots.subarray(at, at + WORDS), placeOf(moved, larger, a, b, c, d));
    }
    partitions[index] = moved;
    capacities[index] = larger;
    return moved;
  }

  function find(words: Identity, from: number, isNew: boolean): { slots: Uint32Array; at: number } | null {
    const a = words[from] ?? 0;
    const index = a >>> 24;
    let slots = partitions[index] as Uint32Array; // there are as many as a byte has values
    let capacity = capacities[index] ?? 0;
    if (isNew && (sizes[index] ?? 0) >= capacity * MAX_LOAD) {
      slots = grow(index, slots, capacity);
      capacity = capacities[index] ?? 0;
    }
    const at = placeOf(slots, capacity, a, words[from + 1] ?? 0, words[from + 2] ?? 0, words[from + 3] ?? 0);
    if (slots[at + 4] !== 0) return { slots, at };
    if (!isNew) return null;
    for (let word = 0; word < 4; word += 1) slots[at + word] = words[from + word] ?? 0;
    sizes[index] = (sizes[index] ?? 0) + 1;
    return { slots, at };
  }

  return {
    /** Counts one more of it; answers how many there were before. */
    add(words: Identity, from = 0): number {
      const found = find(words, from, true);
      if (!found) return 0;
      const before = found.slots[found.at + 4] ?? 0;
      found.slots[found.at + 4] = before + 1;
      return before;
    },

    has: (words: Identity, from = 0): boolean => find(words, from, false) !== null,

    size: (): number => sizes.reduce((sum, size) => sum + size, 0),
    bytes: (): number => partitions.reduce((sum, { byteLength }) => sum + byteLength, 0),
  };
}
