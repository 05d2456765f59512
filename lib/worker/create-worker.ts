import type { Dispatcher } from "@/lib/core/dispatcher";
import type { JobId } from "@/lib/core/job";
import type { HeldJob, JobStore, Settlement } from "@/lib/core/job-store";
import { createTimeBudget, type TimeBudget } from "@/lib/core/time-budget";
import { runSlice, type SliceDeps } from "@/lib/worker/run-slice";

/** What a queue allows. */
export interface QueueLimits {
  /** How many of its jobs may run at once, everywhere; null for no limit. */
  readonly concurrency: number | null;
  /** How many jobs one worker runs side by side. */
  readonly slots: number;
}

export interface WorkerDeps<Services> extends SliceDeps<Services> {
  readonly store: Pick<JobStore, "commit" | "claim" | "settle" | "kick">;
  readonly dispatcher: Dispatcher;
  readonly limitsOf: (queue: string) => QueueLimits;
  /** A fencing token, new for every claim. */
  readonly newToken: () => string;
}

export interface Drained {
  /** Slices that ended, whatever their ending. */
  readonly slices: number;
}

/** Claims that answered nothing although jobs wait: others are claiming, or the queue's limit is reached. */
const MAX_FRUITLESS_CLAIMS = 3;

/** Makes the worker: drains a queue until it is empty or the time budget ends. */
export function createWorker<Services>(deps: WorkerDeps<Services>) {
  const { store, dispatcher, limitsOf, newToken, clock, leaseMs } = deps;

  return async function drain(queue: string, deadline: number): Promise<Drained> {
    const { concurrency, slots } = limitsOf(queue);
    const budget = createTimeBudget({ deadline, clock });
    const running = new Set<Promise<void>>();
    let ended: (Settlement | null)[] = [];
    let candidates: readonly JobId[] | undefined;
    let slices = 0;
    let isLeft = false;

    const start = (held: HeldJob) => {
      const slice: Promise<void> = runSlice(deps, held, budget).then((settlement) => {
        running.delete(slice);
        ended.push(settlement);
      });
      running.add(slice);
    };

    /** Fills the free slots. False if there is nothing to take, or no time to begin it. */
    async function fill(): Promise<void> {
      for (let fruitless = 0; fruitless < MAX_FRUITLESS_CLAIMS; ) {
        const limit = slots - running.size;
        if (limit <= 0) return;
        if (!isWorthBeginning(budget, slices)) {
          isLeft = true;
          return;
        }
        const now = clock();
        const claimed = await store.claim({
          queue,
          limit,
          concurrency,
          token: newToken(),
          now,
          leasedUntil: now + leaseMs,
          candidates,
        });
        candidates = undefined;
        for (const held of claimed.held) start(held);
        slices += claimed.held.length;
        if (claimed.isEmpty) return;
        if (claimed.held.length === 0) fruitless += 1;
      }
    }

    async function settleEnded(): Promise<void> {
      const settlements = ended.filter((settlement) => settlement !== null);
      ended = [];
      if (settlements.length === 0) return;
      const settled = await store.settle(queue, settlements, clock(), slots);
      candidates = settled.candidates;
      await dispatcher.kick(settled.kicks);
    }

    await fill();
    while (running.size > 0 || ended.length > 0) {
      if (ended.length === 0) await Promise.race(running);
      await deps.breathe(); // slices that end in the same moment are settled in one call
      await settleEnded();
      await fill();
    }
    if (isLeft) await dispatcher.kick(await store.kick([queue], clock()));
    return { slices };
  };
}

/** However small the budget, a call that was made for a job begins one. */
const isWorthBeginning = (budget: TimeBudget, slices: number) => slices === 0 || budget.hasTimeLeft();
