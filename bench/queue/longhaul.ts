import { z } from "zod";
import { monotonicClock, systemClock } from "@/lib/clock";
import { jobDefiner } from "@/lib/core/definition";
import { isFinished, JobId } from "@/lib/core/job";
import type { HeldJob, NewJob } from "@/lib/core/job-store";
import type { Ledger } from "@/lib/core/ledger";
import { createIds } from "@/lib/id";
import { systemRandom } from "@/lib/random";
import { breathe, every } from "@/lib/server/timers";
import { createJobStore } from "@/lib/store/jobs/create-job-store";
import { createWorker } from "@/lib/worker/create-worker";
import { noChildren } from "@/tests/support/no-children";

const LEASE_MS = 30_000;
const HOUR_MS = 3_600_000;
const BUDGET_MS = 3_600_000;
const QUEUE = "bench";

interface Options {
  readonly slots?: number;
  readonly isStoreLocal?: boolean;
  /** Called by each job's code. */
  readonly onRun?: (jobId: string) => void;
}

/** A job that does nothing, so that what it takes is ours alone. */
const noOp = jobDefiner<{ readonly onRun: () => void }>()({
  name: "bench.no-op",
  queue: QUEUE,
  input: z.object({ n: z.number() }),
  output: z.null(),
  stages: { work: { label: "Doing nothing", cursor: z.object({ done: z.number() }) } },
  // biome-ignore lint/correctness/useYield: nothing to do has no safe point
  async *run({ services: { onRun } }) {
    onRun();
    return null;
  },
});

const writeNothing = () => Promise.reject(new Error("A bench writes no files."));

/** A store and a worker as the server puts them together, over any ledger. */
export function createLonghaul(ledger: Ledger, { slots = 100, isStoreLocal = false, onRun = () => {} }: Options = {}) {
  const ids = createIds(systemClock);
  const retention = { completedMs: 24 * HOUR_MS, failedMs: 168 * HOUR_MS };
  const store = createJobStore({ ledger, retention, nonce: () => ids("kick") });
  const drain = createWorker({
    store,
    isStoreLocal,
    files: { write: writeNothing, copy: writeNothing },
    definitions: new Map([[noOp.name, noOp]]),
    dispatcher: { kick: async () => {} },
    childrenOf: () => noChildren,
    servicesFor: ({ id }) => ({ onRun: () => onRun(id) }),
    async *readRows() {},
    limitsOf: () => ({ concurrency: null, slots }),
    newToken: () => ids("lease"),
    onKickFailed: fail,
    clock: systemClock,
    monotonic: monotonicClock,
    random: systemRandom,
    breathe,
    every,
    leaseMs: LEASE_MS,
    shutdown: new AbortController().signal,
    onError: (_event, _job, error) => fail(error),
  });

  const aJob = (n: number): NewJob => ({
    id: JobId.parse(ids("job")),
    name: noOp.name,
    queue: QUEUE,
    owner: "bench",
    input: { n },
    priority: 0,
    maxAttempts: 1,
    runAt: null,
    uniqueKey: null,
    concurrencyKey: null,
    files: [],
    idempotency: null,
  });

  return {
    store,
    aJob,
    queue: QUEUE,
    leaseMs: LEASE_MS,
    jobs: (count: number) => Array.from({ length: count }, (_, n) => aJob(n)),
    enqueue: (jobs: readonly NewJob[]) => store.enqueue(jobs, systemClock()),
    async claim(limit: number): Promise<HeldJob[]> {
      const now = systemClock();
      const request = { queue: QUEUE, limit, concurrency: null, token: ids("lease"), now, leasedUntil: now + LEASE_MS };
      return (await store.claim(request)).held;
    },
    /** Saves that a claimed job has come so far. @throws Error if it was lost. */
    async commit(held: HeldJob, done: number): Promise<HeldJob> {
      const now = systemClock();
      const stages = { work: { state: "running", cursor: { done }, done, failed: 0, total: 1e6 } } as const;
      const reached = { checkpoint: { stages, datasets: {} }, percent: 0 };
      const answer = await store.commit(held, { reached, leasedUntil: now + LEASE_MS, now });
      if (answer.kind === "lost") throw new Error(`${held.job.id} was lost.`);
      return answer.held;
    },
    /** One worker call. */
    work: () => drain(QUEUE, systemClock() + BUDGET_MS),
    /** Resolves when the job has ended. */
    async isOver(id: JobId): Promise<void> {
      while (!isFinished((await store.get(id))?.job ?? never(id))) await breathe();
    },
    /** Runs all that is queued. @throws Error if that were not so many. */
    async drain(expected: number): Promise<void> {
      const { slices } = await drain(QUEUE, systemClock() + BUDGET_MS);
      if (slices !== expected) throw new Error(`${slices} jobs ran where ${expected} were queued.`);
    },
  };
}

function never(id: string): never {
  throw new Error(`${id} is gone.`);
}

function fail(error: unknown): never {
  throw error;
}
