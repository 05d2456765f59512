import { type Chance, createChance } from "@/rehearsal/chance";

/** What may go wrong, and how often out of a thousand: with a call, a message, a stretch of work. */
export const SHARES = {
  /** A call that fails, and never took effect. */
  failsBefore: 8,
  /** A call that fails, and did take effect. */
  failsAfter: 8,
  /** A call that is sent twice, as the Redis adapter does after a timeout: the second answer counts. */
  sentTwice: 10,
  /** A call that fails, and takes effect later. */
  isLate: 6,
  /** A call that takes seconds. */
  isSlow: 25,
  /** Whoever made the call dies before it arrives, as it arrives, or before the answer does. */
  killsBefore: 5,
  killsAfter: 5,
  /** Whoever made the call stands still before it hears the answer, longer than a lease lasts. */
  freezes: 5,
  /** A message that never arrives, comes twice, or much later. */
  messageLost: 100,
  messageDoubled: 100,
  messageLate: 100,
  /** A job that throws, and one that throws for good. */
  throws: 15,
  throwsFatally: 3,
} as const;
export type Fault = keyof typeof SHARES;

export interface Luck {
  readonly seed: number;
  /** What does not happen this time, by its id: how a failing run is made smaller. */
  readonly muted: ReadonlySet<string>;
}

export type Fates = ReturnType<typeof createFates>;

/**
 * Decides what goes wrong. All chance of a simulation comes from its seed and from the name of what it is
 * about, so that leaving out one thing leaves the luck of the others as it was.
 */
export function createFates({ seed, muted }: Luck) {
  const happened: string[] = [];
  const tally: Record<string, number> = {};
  let areOver = false;

  /** Notes something that was meant to go wrong; false if it is left out this time. */
  function happens(id: string, kind: string): boolean {
    if (areOver || muted.has(id)) return false;
    happened.push(id);
    tally[kind] = (tally[kind] ?? 0) + 1;
    return true;
  }

  return {
    chance: (name: string): Chance => createChance(seed, name),

    /** The first of these faults that hits what has this name; null: all goes well. */
    hits(name: string, chance: Chance, ...faults: readonly Fault[]): Fault | null {
      let draw = chance.between(0, 1_000);
      for (const fault of faults) {
        draw -= SHARES[fault];
        if (draw < 0) return happens(`${name}!${fault}`, fault) ? fault : null;
      }
      return null;
    },

    happens,
    /** From now on all goes well. */
    end: () => {
      areOver = true;
    },
    areOver: () => areOver,
    happened: (): readonly string[] => happened,
    tally: (): Readonly<Record<string, number>> => tally,
  };
}
