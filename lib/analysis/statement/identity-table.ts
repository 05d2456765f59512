import type { Identity } from "@/lib/analysis/statement/identity";

/** Four words of identity and one of value: 20 bytes, which at a load of 0.64 to 0.8 are at most 32 a row. */
const WORDS = 5;
const PARTITIONS = 256;
const MAX_LOAD = 0.8;
const GROWTH = 1.25;

/**
 * Counts identities in typed, open-addressed partitions. They start with different sizes and so grow at different
 * times: no single row waits for the whole table to be moved. `expected` saves the moving altogether. One that holds no
 * row takes no memory: of some days there may be none.
 */
export function createIdentityTable(expected = 0) {
  const capacities = Array.from({ length: PARTITIONS }, (_, index) =>
    Math.ceil(Math.max(16, (expected * 1.05) / PARTITIONS / MAX_LOAD) * GROWTH ** (index / PARTITIONS)),
  );
  const partitions = capacities.map((): Uint32Array | null => null);
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
      const place = placeOf(moved, larger, slots[at] ?? 0, slots[at + 1] ?? 0, slots[at + 2] ?? 0, slots[at + 3] ?? 0);
      for (let word = 0; word < WORDS; word += 1) moved[place + word] = slots[at + word] ?? 0;
    }
    partitions[index] = moved;
    capacities[index] = larger;
    return moved;
  }

  function open(index: number): Uint32Array {
    const begun = new Uint32Array((capacities[index] ?? 0) * WORDS);
    partitions[index] = begun;
    return begun;
  }

  return {
    /** Counts one more of it; answers how many there were before. */
    add(words: Identity, from = 0): number {
      const a = words[from] ?? 0;
      const b = words[from + 1] ?? 0;
      const c = words[from + 2] ?? 0;
      const d = words[from + 3] ?? 0;
      const index = a >>> 24;
      let slots = partitions[index] ?? open(index);
      const size = sizes[index] ?? 0;
      if (size >= (capacities[index] ?? 0) * MAX_LOAD) slots = grow(index, slots, capacities[index] ?? 0);
      const at = placeOf(slots, capacities[index] ?? 0, a, b, c, d);
      const before = slots[at + 4] ?? 0;
      if (before === 0) {
        slots[at] = a;
        slots[at + 1] = b;
        slots[at + 2] = c;
        slots[at + 3] = d;
        sizes[index] = size + 1;
      }
      slots[at + 4] = before + 1;
      return before;
    },

    has(words: Identity): boolean {
      const a = words[0] ?? 0;
      const b = words[1] ?? 0;
      const c = words[2] ?? 0;
      const d = words[3] ?? 0;
      const index = a >>> 24;
      const slots = partitions[index];
      if (!slots) return false;
      return slots[placeOf(slots, capacities[index] ?? 0, a, b, c, d) + 4] !== 0;
    },

    size: (): number => sizes.reduce((sum, size) => sum + size, 0),
    bytes: (): number => partitions.reduce((sum, slots) => sum + (slots?.byteLength ?? 0), 0),
  };
}
