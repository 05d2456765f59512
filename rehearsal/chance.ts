/** Luck that comes again: the same for the same seed and name, whoever else draws from luck of another name. */
export interface Chance {
  /** True about so often (0 to 1). */
  happens(share: number): boolean;
  between(least: number, most: number): number;
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
}

export function createChance(seed: number, name: string): Chance {
  let state = hash(name, hash(`${seed}:`));

  /** Mulberry32: from 0 up to 1. */
  function draw(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  return {
    happens: (share) => draw() < share,
    between: (least, most) => least + draw() * (most - least),
    pick: (items) => items[Math.floor(draw() * items.length)] ?? items[0],
  };
}

const HAND = 20;

/** Hits as chance will, but exactly `share` of every twenty draws: a short run has its share of everything. */
export function createFairDraw({ happens }: Chance, share: number): () => boolean {
  let left = 0;
  let hits = 0;
  return () => {
    if (left === 0) {
      left = HAND;
      hits = Math.round(share * HAND);
    }
    const isHit = happens(hits / left);
    left -= 1;
    if (isHit) hits -= 1;
    return isHit;
  };
}

/** FNV-1a, of a text behind another's: neighbouring seeds must not begin alike. */
function hash(text: string, value = 0x811c9dc5): number {
  let mixed = value;
  for (let at = 0; at < text.length; at += 1) mixed = Math.imul(mixed ^ text.charCodeAt(at), 0x01000193);
  return mixed;
}
