import type { Clock } from "@/lib/clock";
import type { WindowCounter } from "@/lib/quota/window-counter";

/** Counts in this instance's memory: for what is too cheap to be counted in the store. */
export function createLocalCounter({
  clock,
  limit,
  windowMs,
}: {
  readonly clock: Clock;
  readonly limit: number;
  readonly windowMs: number;
}): WindowCounter {
  const counts = new Map<string, number>();
  let current = 0;

  function countOf(subject: string): number {
    const window = Math.floor(clock() / windowMs);
    if (window !== current) counts.clear();
    current = window;
    return counts.get(subject) ?? 0;
  }

  return {
    async take(subject, amount = 1) {
      const count = countOf(subject) + amount;
      if (count > limit) return (current + 1) * windowMs;
      counts.set(subject, count);
      return null;
    },
    isSpent: (subject) => countOf(subject) >= limit,
  };
}
