import type { Dispatcher } from "@/lib/core/dispatcher";
import { isFinished, type JobId } from "@/lib/core/job";
import type { HeldJob, JobStore, Settlement } from "@/lib/core/job-store";
import type { Rate } from "@/lib/core/rate-limit";
import { createTimeBudget, type TimeBudget } from "@/lib/core/time-budget";
import { createHeart } from "@/lib/worker/create-heart";
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

export interface WorkerDeps<Services> extends Omit<SliceDeps<Services>, "heart"> {
  readonly store: Pick<JobStore, "commit" | "claim" | "settle" | "kick">;
  readonly dispatcher: Dispatcher;
  readonly limitsOf: (queue: string) => QueueLimits;
  /** A fencing token, new for every claim. */
  readonly newToken: () => string;
  /** A kick could not be published: what it was for starts later, at the next sweep. */
  readonly onKickFailed: (error: unknown) => void;
  /** Jobs have ended for good: somebody waits to hear of it. */
  readonly onEnded?: () => void;
  /** Aborts when the process was asked to end, and has half a second left. */
  readonly shutdown: AbortSignal;
  /** The store works in this very process: while it answers, nothing else can be made ready. */
  readonly isStoreLocal?: boolean;
}

export interface Drained {
  /** Slices that ended, whatever their ending. */
  readonly slices: number;
}

/** Claims that answered nothing although jobs wait: others are claiming, or the queue's limit is reached. */
const MAX_FRUITLESS_CLAIMS = 3;
/**
 * A worker settles and claims again in turns. One for so many slots may be under way at once, so that it makes one
 * ready while the store answers another; with fewer slots there is one, and it costs as few calls as can be.
 */
const SLOTS_A_TURN = 50;

/** Makes the worker: drains a queue until it is empty or the time budget ends. */
export function createWorker<Services>(deps: WorkerDeps<Services>) {
  const { store, dispatcher, limitsOf, newToken, clock, leaseMs, shutdown } = deps;
  const sliceDeps = { ...deps, heart: createHeart(deps) };

  return async function drain(queue: string, deadline: number): Promise<Drained> {
    const { concurrency, slots, rate } = limitsOf(queue);
    const budget = createTimeBudget({ deadline, clock, shutdown });
    const maxTurns = deps.isStoreLocal ? 1 : Math.max(1, Math.floor(slots / SLOTS_A_TURN));
    const perTurn = maxTurns === 1 ? Number.POSITIVE_INFINITY : Math.ceil(slots / maxTurns);
    const failures: unknown[] = [];
    const ended: Settlement[] = [];
    /** Jobs that a turn takes or has taken: another one may have been shown them before. */
    const inHand = new Set<JobId>();
    let moved = Promise.withResolvers<void>();
    let turns = 0;
    let running = 0;
    /** Slots of jobs that are being settled or claimed just now. */
    let reserved = 0;
    /** Slices that have ended since a turn began last. */
    let freed = 0;
    let slices = 0;
    let isLeft = false;

    const start = (held: HeldJob) => {
      running += 1;
      slices += 1;
      void attempt(async () => {
        const settlement = await runSlice(sliceDeps, held, budget);
        if (settlement) ended.push(settlement);
        else inHand.delete(held.job.id);
      }).then(() => {
        running -= 1;
        freed += 1;
        moved.resolve();
      });
    };

    /** When our machinery fails, nothing new is begun, but what runs is still led to its end and settled. */
    const attempt = (act: () => Promise<void>) => act().catch((error: unknown) => void failures.push(error));

    /** Fills the free slots, as far as there are jobs to take and time to begin them; `shown` are the first in line. */
    async function fill(shown?: readonly JobId[]): Promise<void> {
      let candidates = shown?.filter((id) => !inHand.has(id));
      if (shown && shown.length > 0 && candidates?.length === 0) return; // whoever takes those looks on
      for (let fruitless = 0; fruitless < MAX_FRUITLESS_CLAIMS; ) {
        const limit = slots - running - ended.length - reserved;
        if (limit <= 0) return;
        if (shutdown.aborted || !isWorthBeginning(budget, slices)) {
          isLeft = true;
          return;
        }
        const claimed = await claim(limit, candidates?.slice(0, limit));
        candidates = undefined;
        if (claimed.kicks.length > 0) await dispatcher.kick(claimed.kicks).catch(deps.onKickFailed);
        if (claimed.isEmpty) return;
        const hasPutOff = claimed.kicks.length > 0; // those are out of the line: others come to its front
        if (claimed.held.length === 0 && !hasPutOff) fruitless += 1;
      }
    }

    async function claim(limit: number, candidates: readonly JobId[] | undefined) {
      const now = clock();
      const token = newToken();
      const leasedUntil = now + leaseMs;
      for (const id of candidates ?? []) inHand.add(id);
      const request = { queue, limit, concurrency, rate, token, now, leasedUntil, candidates };
      reserved += limit;
      const claimed = await store.claim(request).finally(() => {
        reserved -= limit;
        for (const id of candidates ?? []) inHand.delete(id);
      });
      for (const held of claimed.held) {
        inHand.add(held.job.id);
        start(held);
      }
      return claimed;
    }

    /** Answers who is first in line then. */
    async function settle(settlements: readonly Settlement[]): Promise<readonly JobId[]> {
      const settled = await store.settle(queue, settlements, clock(), slots);
      for (const { held } of settlements) inHand.delete(held.job.id);
      await dispatcher.kick(settled.kicks).catch(deps.onKickFailed);
      if (settled.jobs.some((job) => job !== null && isFinished(job))) deps.onEnded?.();
      return settled.candidates;
    }

    async function takeTurn(): Promise<void> {
      const settlements = ended.splice(0, failures.length > 0 ? ended.length : perTurn);
      if (ended.length === 0) freed = 0;
      let shown: readonly JobId[] | undefined;
      reserved += settlements.length;
      await attempt(async () => {
        if (settlements.length === 0) return;
        shown = await settle(settlements).catch((error: unknown) => {
          ended.push(...settlements); // tried again with the next
          throw error;
        });
      });
      reserved -= settlements.length;
      if (failures.length === 0) await attempt(() => fill(shown));
    }

    const askForWorker = async () => dispatcher.kick(await store.kick([queue], clock()));

    await attempt(fill);
    const mayNeedMore = running === slots && (concurrency === null || concurrency > slots);
    if (mayNeedMore) await askForWorker().catch(deps.onKickFailed); // each full worker calls one more, until one is not full
    while (running > 0 || freed > 0 || turns > 0) {
      await moved.promise;
      await deps.breathe(); // slices that end in the same moment are settled in one call
      moved = Promise.withResolvers();
      while (turns < maxTurns && freed > 0) {
        turns += 1;
        void takeTurn().then(() => {
          turns -= 1;
          moved.resolve();
        });
      }
    }
    if (failures.length > 0) throw failures[0];
    if (isLeft) await askForWorker(); // if nobody hears it, the caller should call again
    return { slices };
  };
}

/** However small the budget, a call that was made for a job begins one. */
const isWorthBeginning = (budget: TimeBudget, slices: number) => slices === 0 || budget.hasTimeLeft();
