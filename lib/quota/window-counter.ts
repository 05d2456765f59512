import type { Clock } from "@/lib/clock";
import type { Ledger } from "@/lib/core/ledger";

/** Counts what subjects do, in windows of time that begin for all at once. */
export interface WindowCounter {
  /** Counts `amount` of a subject. Null while there is room; else when there is room again, as epoch ms. */
  take(subject: string, amount?: number): Promise<number | null>;
  /** Whether it is known already that nothing is left in this window. */
  isSpent(subject: string): boolean;
}

interface CounterDeps {
  readonly ledger: Pick<Ledger, "read" | "apply">;
  readonly clock: Clock;
  readonly name: string;
  readonly limit: number;
  readonly windowMs: number;
  /** So much is granted before the store is asked, and counted there only if more follows. */
  readonly unasked?: number;
  /** So much is taken from the store at once, and used up here. */
  readonly block?: number;
}

interface Tally {
  /** What is known to be counted in the store, which is the revision of its document. */
  counted: number;
  /** Taken from the store and not used yet. */
  left: number;
  /** Granted without asking. */
  owed: number;
  turn: Promise<unknown>;
}

/** Each round another instance was faster. One that loses every time is let through, and counts later. */
const MAX_ROUNDS = 8;
/** The store's clock may be a little behind. */
const KEPT_MS = 60_000;

/**
 * Counts in the store, for all instances together, and asks it rarely: the first few are free, the others
 * come in blocks of one write each, without a read. One instance never grants more than the limit; each
 * further one may add what it grants unasked.
 */
export function createWindowCounter(deps: CounterDeps): WindowCounter {
  const { ledger, clock, name, limit, windowMs, unasked = 0, block = 1 } = deps;
  const tallies = new Map<string, Tally>();
  let current = 0;

  /** The subjects of an old window are forgotten with it. */
  function tallyOf(subject: string): Tally {
    const window = Math.floor(clock() / windowMs);
    if (window !== current) tallies.clear();
    current = window;
    const known = tallies.get(subject);
    if (known) return known;
    const fresh: Tally = { counted: 0, left: 0, owed: 0, turn: Promise.resolve() };
    tallies.set(subject, fresh);
    return fresh;
  }

  async function grant(subject: string, tally: Tally, amount: number, window: number): Promise<boolean> {
    if (tally.left >= amount) {
      tally.left -= amount;
      return true;
    }
    if (tally.owed + amount <= Math.min(unasked, limit) && tally.counted === 0) {
      tally.owed += amount;
      return true;
    }
    const key = `limit:${name}:${window}:${subject}`;
    const expiresAt = (window + 1) * windowMs + KEPT_MS;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const missing = amount - tally.left;
      const room = limit - tally.counted - tally.owed;
      if (missing > room) return false;
      const taken = Math.min(room, Math.max(block, missing));
      const rev = tally.counted + tally.owed + taken;
      const put = { key, expect: tally.counted, entry: { rev, text: "" }, expiresAt };
      const [isApplied] = await ledger.apply([{ puts: [put] }]);
      if (isApplied) {
        Object.assign(tally, { counted: rev, owed: 0, left: tally.left + taken - amount });
        return true;
      }
      const [entry] = await ledger.read([key]);
      tally.counted = entry?.rev ?? 0;
    }
    tally.owed += amount;
    return true;
  }

  return {
    async take(subject, amount = 1) {
      const tally = tallyOf(subject);
      const window = current;
      // One after the other: calls at the same time would each take a block.
      const granted = tally.turn.then(() => grant(subject, tally, amount, window));
      tally.turn = granted.catch(() => null); // whoever asked is told; the next one asks for itself
      return (await granted) ? null : (window + 1) * windowMs;
    },

    isSpent(subject) {
      const { left, counted, owed } = tallyOf(subject);
      return left === 0 && counted + owed >= limit;
    },
  };
}
