import type { JobDefinition } from "@/lib/core/definition";
import type { Job, JobId } from "@/lib/core/job";
import type { Kick, NewJob } from "@/lib/core/job-store";
import { createJobStore } from "@/lib/store/jobs/create-job-store";
import { createMemoryLedger } from "@/lib/store/memory/create-memory-ledger";
import { createMemoryFiles } from "@/lib/testing/memory-files";
import { createTestWorker, type Fault } from "@/lib/testing/test-worker";
import { createVirtualTime } from "@/lib/testing/virtual-time";
import type { QueueLimits } from "@/lib/worker/create-worker";
import { aNewJob, LEASE_MS, RETENTION } from "@/tests/support/builders";

interface Setup<Services> {
  readonly definitions: readonly JobDefinition<Services>[];
  readonly services: (bench: { readonly pass: (ms: number) => void }) => Services;
  readonly limits?: Partial<QueueLimits>;
  readonly isStoreLocal?: boolean;
}

/** Real workers on a real store in memory; only time stands still, and each call can be made to fail. */
export function setUpBench<Services>({ definitions, services, limits, isStoreLocal = false }: Setup<Services>) {
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

  async function jobOf(id: JobId): Promise<Job> {
    const found = await store.get(id);
    if (!found) throw new Error(`There is no job ${id}.`);
    return found.job;
  }

  /** A worker of its own, which hears nothing more from the world once its `fault` has thrown. */
  function aWorker(fault: Fault = () => {}) {
    const worker = createTestWorker<Services>({
      time,
      store,
      isStoreLocal,
      files,
      fault,
      dispatcher: { kick: async (wished) => void kicks.push(...wished) },
      definitions: byName,
      servicesFor: () => own,
      limitsOf: () => ({ concurrency: null, slots: 2, ...limits }),
      newToken: () => `w${++tokens}`,
      onEnded: () => void ended.push(time.clock()),
      random: () => 0.5,
      leaseMs: LEASE_MS,
      shutdown: shutdown.signal,
      onError: (event, error) => void errors.push({ event, error }),
    });
    return {
      ...worker,
      /** Drains the queue with this much time, plenty by default. */
      drain: (budgetMs = 3_600_000, queue = "tests") => worker.drain(queue, time.clock() + budgetMs),
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
