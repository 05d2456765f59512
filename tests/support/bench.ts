import type { JobDefinition } from "@/lib/core/definition";
import type { Job, JobId } from "@/lib/core/job";
import type { JobStore, Kick, NewJob } from "@/lib/core/job-store";
import { createChildren } from "@/lib/queue/create-children";
import { createJobStore } from "@/lib/store/jobs/create-job-store";
import { createMemoryLedger } from "@/lib/store/memory/create-memory-ledger";
import { createWorker, type QueueLimits } from "@/lib/worker/create-worker";
import { aNewJob, LEASE_MS, RETENTION } from "@/tests/support/builders";
import { createMemoryFiles } from "@/tests/support/memory-files";
import { createVirtualTime } from "@/tests/support/virtual-time";

/** Called around each store and file call of a worker, counted from 1: the place to kill it, or to hold it up. */
export type Fault = (call: number, when: "before" | "after", name: string, answer?: unknown) => Promise<void> | void;

const WORKER_CALLS = ["claim", "commit", "settle", "kick"] as const;

interface Setup<Services> {
  readonly definitions: readonly JobDefinition<Services>[];
  readonly services: (bench: { readonly pass: (ms: number) => void }) => Services;
  readonly limits?: Partial<QueueLimits>;
}

/** Real workers on a real store in memory; only time stands still, and each call can be made to fail. */
export function setUpBench<Services>({ definitions, services, limits }: Setup<Services>) {
  const time = createVirtualTime();
  const files = createMemoryFiles();
  const errors: { event: string; error: unknown }[] = [];
  const kicks: Kick[] = [];
  const ended: number[] = [];
  const shutdown = new AbortController();
  let tokens = 0;
  let nonces = 0;
  const ledger = createMemoryLedger({ clock: time.clock });
  const store = createJobStore({
    ledger,
    retention: RETENTION,
    nonce: () => `n${++nonces}`,
  });
  const own = services(time);
  const byName = new Map(definitions.map((definition) => [definition.name, definition]));

  const childrenOf = createChildren({
    store,
    definitions: byName,
    files,
    userFiles: { hold: async () => {} },
    publish: async (wished) => void kicks.push(...wished),
    clock: time.clock,
  });

  async function jobOf(id: JobId): Promise<Job> {
    const found = await store.get(id);
    if (!found) throw new Error(`There is no job ${id}.`);
    return found.job;
  }

  /** A worker of its own, which hears nothing more from the world once its `fault` has thrown. */
  function aWorker(fault: Fault = () => {}) {
    let calls = 0;
    const through =
      <Args extends unknown[], Answer>(name: string, act: (...args: Args) => Promise<Answer>) =>
      async (...args: Args): Promise<Answer> => {
        const call = ++calls;
        await fault(call, "before", name);
        const answer = await act(...args);
        await fault(call, "after", name, answer);
        return answer;
      };
    const guarded = Object.fromEntries(
      WORKER_CALLS.map((name) => [name, through<never[], unknown>(name, store[name])]),
    );
    const stopTimers: (() => void)[] = [];
    const drain = createWorker<Services>({
      store: guarded as Pick<JobStore, (typeof WORKER_CALLS)[number]>, // the same functions under the same names
      files: { write: through("write", files.write) },
      dispatcher: {
        async kick(wished) {
          await fault(0, "before", "publish"); // no call to a store: it has no number
          kicks.push(...wished);
        },
      },
      definitions: byName,
      servicesFor: () => own,
      childrenOf,
      readRows: files.readRows,
      limitsOf: () => ({ concurrency: null, slots: 2, ...limits }),
      newToken: () => `w${++tokens}`,
      onEnded: () => void ended.push(time.clock()),
      onKickFailed: (error) => void errors.push({ event: "kick_failed", error }),
      clock: time.clock,
      monotonic: time.clock,
      random: () => 0.5,
      breathe: async () => {},
      every: (ms, act) => {
        const stop = time.every(ms, act);
        stopTimers.push(stop);
        return stop;
      },
      leaseMs: LEASE_MS,
      shutdown: shutdown.signal,
      onError: (event, _job, error) => void errors.push({ event, error }),
    });
    return {
      /** Drains the queue with this much time, plenty by default. */
      drain: (budgetMs = 3_600_000, queue = "tests") => drain(queue, time.clock() + budgetMs),
      calls: () => calls,
      die: () => {
        for (const stop of stopTimers) stop();
      },
    };
  }

  return {
    ...time,
    ledger,
    store,
    files,
    errors,
    kicks,
    /** When the workers said that jobs had ended. */
    ended,
    aWorker,
    /** Asks all workers of the process to end. */
    shutDown: () => shutdown.abort(),
    jobOf,
    tend: () => store.tend(time.clock(), 100),

    async enqueue(job: Partial<NewJob> = {}): Promise<JobId> {
      const { answers, kicks: wished } = await store.enqueue([aNewJob(job)], time.clock());
      kicks.push(...wished);
      const [answer] = answers;
      if (answer?.kind !== "added") throw new Error("The job was not added.");
      return answer.job.id;
    },

    /** Whoever holds a job now has lost it. */
    async letLeasesRunOut(): Promise<void> {
      time.pass(LEASE_MS);
      await store.tend(time.clock(), 100);
    },

    async rowsOf(id: JobId, dataset: string) {
      const rows = [];
      const { checkpoint } = await jobOf(id);
      for await (const row of files.readRows(id, dataset, checkpoint.datasets[dataset] ?? [])) rows.push(row);
      return rows;
    },
  };
}
