import type { Dispatcher } from "@/lib/core/dispatcher";
import { isFinished, type JobId } from "@/lib/core/job";
import type { HeldJob, JobStore, Settlement } from "@/lib/core/job-store";
import type { Rate } from "@/lib/core/rate-limit";
import { createTimeBudget, type TimeBudget } from "@/lib/core/time-budget";
import { runSlice, type SliceDeps } from "@/lib/worker/run-slice";

/** What a queue allows. */
export interface QueueLimits {
  /** How many of its jobs may run at once, everywhere; null for no limit. */
  readonly concurrency: number | null;
  /** How many attempts at its jobs may begin in a span, everywhere; without it, any number. */
  readonly rate?: Rate | null | undefined;
  /** How many jobs one worker runs side by side. */
  readonly slots: number;
}

export interface WorkerDeps<Services> extends SliceDeps<Services> {
  readonly store: Pick<JobStore, "commit" | "claim" | "settle" | "kick">;
  readonly dispatcher: Dispatcher;
  readonly limitsOf: (queue: string) => QueueLimits;
  /** A fencing token, new for every claim. */
  readonly newToken: () => string;
  /** A kick could not be published: what it was for starts later, at the next sweep. */
  readonly onKickFailed: (error: unknown) => void;
  /** Jobs have ended for good: somebody waits to hear of it. */
  readonly onEnded?: () => void;
}

export interface Drained {
  /** Slices that ended, whatever their ending. */
  readonly slices: number;
}

/** Claims that answered nothing although jobs wait: others are claiming, or the queue's limit is reached. */
const MAX_FRUITLESS_CLAIMS = 3;

/** Makes the worker: drains a queue until it is empty or the time budget ends. */
export function createWorker<Services>(deps: WorkerDeps<Services>) {
  const { store, dispatcher, limitsOf, newToken, clock, leaseMs, shutdown } = deps;

  return async function drain(queue: string, deadline: number): Promise<Drained> {
    const { concurrency, slots, rate } = limitsOf(queue);
    const budget = createTimeBudget({ deadline, clock, shutdown });
    const failures: unknown[] = [];
    const ended: Settlement[] = [];
    let oneEnded = Promise.withResolvers<void>();
    let candidates: readonly JobId[] | undefined;
    let running = 0;
    let slices = 0;
    let isLeft = false;

    const start = (held: HeldJob) => {
      running += 1;
      slices += 1;
      void attempt(async () => {
        const settlement = await runSlice(deps, held, budget);
        if (settlement) ended.push(settlement);
      }).then(() => {
        running -= 1;
        oneEnded.resolve();
      });
    };

    /** When our machinery fails, nothing new is begun, but what runs is still led to its end and settled. */
    const attempt = (act: () => Promise<void>) => act().catch((error: unknown) => void failures.push(error));

    /** Fills the free slots, as far as there are jobs to take and time to begin them. */
    async function fill(): Promise<void> {
      for (let fruitless = 0; fruitless < MAX_FRUITLESS_CLAIMS; ) {
        const limit = slots - running;
        if (limit <= 0) return;
        if (shutdown.aborted || !isWorthBeginning(budget, slices)) {
          isLeft = true;
          return;
        }
        const now = clock();
        const token = newToken();
        const leasedUntil = now + leaseMs;
        const claimed = await store.claim({ queue, limit, concurrency, rate, token, now, leasedUntil, candidates });
        candidates = undefined;
        for (const held of claimed.held) start(held);
        if (claimed.kicks.length > 0) await dispatcher.kick(claimed.kicks).catch(deps.onKickFailed);
        if (claimed.isEmpty) return;
        const hasPutOff = claimed.kicks.length > 0; // those are out of the line: others come to its front
        if (claimed.held.length === 0 && !hasPutOff) fruitless += 1;
      }
    }

    async function settleEnded(): Promise<void> {
      const settlements = [...ended];
      if (settlements.length === 0) return;
      const settled = await store.settle(queue, settlements, clock(), slots);
      ended.splice(0, settlements.length); // only now: a settlement that failed is tried again with the next
      candidates = settled.candidates;
      await dispatcher.kick(settled.kicks).catch(deps.onKickFailed);
      if (settled.jobs.some((job) => job !== null && isFinished(job))) deps.onEnded?.();
    }

    const askForWorker = async () => dispatcher.kick(await store.kick([queue], clock()));

    await attempt(fill);
    const mayNeedMore = running === slots && (concurrency === null || concurrency > slots);
    if (mayNeedMore) await askForWorker().catch(deps.onKickFailed); // each full worker calls one more, until one is not full
    while (running > 0 || ended.length > 0) {
      await oneEnded.promise;
      await deps.breathe(); // slices that end in the same moment are settled in one call
      oneEnded = Promise.withResolvers();
      await attempt(settleEnded);
      if (failures.length === 0) await attempt(fill);
      else if (running === 0) break;
    }
    if (failures.length > 0) throw failures[0];
    if (isLeft) await askForWorker(); // if nobody hears it, the caller should call again
    return { slices };
  };
}

/** However small the budget, a call that was made for a job begins one. */
const isWorthBeginning = (budget: TimeBudget, slices: number) => slices === 0 || budget.hasTimeLeft();
