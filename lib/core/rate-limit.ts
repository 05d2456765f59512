import { z } from "zod";

/** So many starts in any span of `perMs`. */
export const Rate = z.object({ limit: z.int().positive(), perMs: z.int().positive() });
export type Rate = z.infer<typeof Rate>;

/** What is remembered of a rate: its latest starts, and until when slots are promised to those who were put off. */
export const RateState = z.object({
  /** How many started by which instant, oldest first. */
  starts: z.array(z.tuple([z.number(), z.int()])).readonly(),
  promisedUntil: z.number(),
});
export type RateState = z.infer<typeof RateState>;

export const NO_STARTS: RateState = { starts: [], promisedUntil: 0 };

export type StartDecision =
  | { readonly kind: "start"; readonly state: RateState }
  /** Not before `at`: the next free slot. */
  | { readonly kind: "wait"; readonly at: number };

/** Starts are remembered by the 128th of the span, rounded up: never too many, and the next at most that much late. */
const STEPS = 128;
const stepOf = (perMs: number) => Math.ceil(perMs / STEPS);
/** What lies between two promised slots. */
const apartOf = ({ limit, perMs }: Rate) => Math.ceil((perMs + stepOf(perMs)) / limit);

/**
 * Whether one more may start now. Those to whom a slot was promised go first: `slotAt` is theirs, null for a newcomer.
 * A start that a faster clock has noted ahead of `now` counts as of now, so that a clock set back stops nobody for long.
 */
export function decideStart(
  before: RateState,
  rate: Rate,
  { now, slotAt }: { readonly now: number; readonly slotAt: number | null },
): StartDecision {
  const { limit, perMs } = rate;
  const step = stepOf(perMs);
  const until = Math.ceil(now / step) * step;
  const starts = before.starts
    .filter(([at]) => at > now - perMs)
    .map(([at, count]): [number, number] => [Math.min(at, until), count]);
  const used = starts.reduce((sum, [, count]) => sum + count, 0);
  const isOwed = slotAt !== null && slotAt <= now;
  if (used < limit && (isOwed || slotBehind(before, rate) <= now)) {
    return { kind: "start", state: { ...before, starts: withOne(starts, until) } };
  }
  return { kind: "wait", at: used < limit ? now : leftAt(starts, used - limit + 1) + perMs };
}

/** The first slot that nobody has: as far behind the last promised one as that is behind the one before it. */
const slotBehind = ({ promisedUntil }: RateState, rate: Rate) => promisedUntil + apartOf(rate);

/** Promises the next slot that nobody has. */
export function promiseSlot(
  before: RateState,
  rate: Rate,
  freeAt: number,
): { readonly at: number; readonly state: RateState } {
  const at = Math.max(freeAt, slotBehind(before, rate));
  return { at, state: { ...before, promisedUntil: at } };
}

function withOne(starts: readonly (readonly [number, number])[], at: number): [number, number][] {
  const counts = new Map<number, number>();
  for (const [when, count] of [...starts, [at, 1] as const]) counts.set(when, (counts.get(when) ?? 0) + count);
  return [...counts].sort(([a], [b]) => a - b);
}

/** The instant of the start with which so many of the oldest are out of the way. */
function leftAt(starts: readonly (readonly [number, number])[], many: number): number {
  let left = many;
  for (const [at, count] of starts) {
    left -= count;
    if (left <= 0) return at;
  }
  throw new RangeError(`There are not ${many} starts to wait for.`);
}
