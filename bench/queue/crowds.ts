import type { createLonghaul } from "@/bench/queue/longhaul";
import { systemClock } from "@/lib/clock";
import type { HeldJob, NewJob } from "@/lib/core/job-store";
import type { Outcome } from "@/lib/core/state-machine";

export type Longhaul = ReturnType<typeof createLonghaul>;

/** What stands around: whose jobs, and what became of them. */
export interface Crowd {
  /** How many jobs one owner has; null: all are the bench's own. */
  readonly perOwner: number | null;
  /** Null: they wait. */
  readonly outcomeOf: ((number: number) => Outcome) | null;
}

export const COMPLETED: Outcome = { kind: "completed", output: { value: null } };
const failed = (message: string): Outcome => ({
  kind: "threw",
  error: { code: "broken", message },
  retryInMs: null,
});

export const CROWDS: Readonly<Record<string, Crowd>> = {
  waiting: { perOwner: null, outcomeOf: null },
  "waiting of many owners": { perOwner: 10, outcomeOf: null },
  kept: { perOwner: null, outcomeOf: () => COMPLETED },
  "kept of many owners": { perOwner: 10, outcomeOf: () => COMPLETED },
  "failed alike": { perOwner: null, outcomeOf: () => failed("It broke.") },
  "failed each otherwise": { perOwner: null, outcomeOf: (number) => failed(`It broke ${letters(number)}.`) },
};

/** Errors that differ in numbers alone are of one kind; those that differ in letters are not. */
const letters = (number: number) => Array.from(String(number), (digit) => "abcdefghij"[Number(digit)]).join("");

const PIECE = 10_000;
const AT_ONCE = 1_000;

/** Adds jobs to a crowd until there are `to`, where there were `from`. */
export async function fill(longhaul: Longhaul, { perOwner, outcomeOf }: Crowd, from: number, to: number) {
  const aJob = (number: number): NewJob => {
    const job = longhaul.aJob(number);
    return perOwner === null ? job : { ...job, owner: `owner-${Math.floor(number / perOwner)}` };
  };
  for (let at = from; at < to; at += PIECE) {
    const count = Math.min(PIECE, to - at);
    await longhaul.enqueue(Array.from({ length: count }, (_, i) => aJob(at + i)));
    if (outcomeOf === null) continue;
    for (let done = 0; done < count; ) {
      const held = await longhaul.claim(Math.min(AT_ONCE, count - done));
      if (held.length === 0) throw new Error("There were fewer jobs than were enqueued.");
      const first = at + done;
      await end(longhaul, held, (i) => outcomeOf(first + i));
      done += held.length;
    }
  }
}

/** Ends jobs, and has their ends told. */
export async function end(longhaul: Longhaul, held: readonly HeldJob[], outcomeOf: (i: number) => Outcome) {
  const settlements = held.map((one, i) => ({ held: one, outcome: outcomeOf(i), reached: one.job }));
  await longhaul.store.settle(longhaul.queue, settlements, systemClock(), 0);
  for (let isMore = true; isMore; ) {
    const { events } = await longhaul.store.tend(systemClock(), AT_ONCE);
    await longhaul.store.acknowledge(events);
    isMore = events.length > 0;
  }
}

/** Takes up so many jobs and completes them. */
export async function run(longhaul: Longhaul, count: number): Promise<void> {
  for (let left = count; left > 0; ) {
    const held = await longhaul.claim(Math.min(100, left));
    if (held.length === 0) throw new Error("There were fewer jobs than were enqueued.");
    await end(longhaul, held, () => COMPLETED);
    left -= held.length;
  }
}
