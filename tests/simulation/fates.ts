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
  /** Instead of chance: this alone goes wrong, with the call of this number, counted from 1. */
  readonly strike?: { readonly call: number; readonly fault: CallFault } | undefined;
}

/** What may go wrong with a call to the store, the files, the messages or a listener. */
export const CALL_FAULTS = [
  "failsBefore",
  "failsAfter",
  "sentTwice",
  "isLate",
  "isSlow",
  "killsBefore",
  "killsAfter",
  "freezes",
] as const satisfies readonly Fault[];
export type CallFault = (typeof CALL_FAULTS)[number];

export type Fates = ReturnType<typeof createFates>;

/**
 * Decides what goes wrong. All chance of a simulation comes from its seed and from the name of what it is
 * about, so that leaving out one thing leaves the luck of the others as it was.
 */
export function createFates({ seed, muted, strike }: Luck) {
  let calls = 0;
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
        if (draw < 0) return !strike && happens(`${name}!${fault}`, fault) ? fault : null;
      }
      return null;
    },

    /** The fault that hits this call. */
    ofCall(name: string, chance: Chance): CallFault | null {
      calls += 1;
      if (!strike) return this.hits(name, chance, ...CALL_FAULTS) as CallFault | null; // one of those given
      return calls === strike.call && happens(`${name}!${strike.fault}`, strike.fault) ? strike.fault : null;
    },
    calls: () => calls,

    /** Whether something goes wrong by chance that is no fault of a call. */
    happens: (id: string, kind: string) => !strike && happens(id, kind),
    /** From now on all goes well. */
    end: () => {
      areOver = !strike;
    },
    areOver: () => areOver,
    happened: (): readonly string[] => happened,
    tally: (): Readonly<Record<string, number>> => tally,
  };
}
