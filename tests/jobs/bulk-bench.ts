import type { BulkFilter, BulkVerb } from "@/lib/core/bulk";
import type { JobId, RunningJob } from "@/lib/core/job";
import type { Acted } from "@/lib/queue/bulk-desk";
import { createMemoryFiles } from "@/lib/testing/memory-files";
import { createTestWorker } from "@/lib/testing/test-worker";
import { setUpQueue } from "@/tests/queue/set-up-queue";
import { aClaim, aNewJob, asItWas, LEASE_MS } from "@/tests/support/builders";

/** Called with each job before it is dealt with: the place to fail, or to kill the worker. */
type OnAct = (id: JobId, number: number) => Promise<Acted | undefined> | Acted | undefined;

/** Real workers for bulk jobs on a store in memory; time stands still but for a second between two safe points. */
export function setUpBulk(options: Parameters<typeof setUpQueue>[0] = {}) {
  const bench = setUpQueue(options);
  const files = createMemoryFiles();
  const shutdown = new AbortController();
  let tokens = 0;

  /** A worker that hears nothing more from the world once `onAct` has thrown "killed". */
  async function drain(onAct: OnAct = () => undefined, budgetMs = 3_600_000): Promise<void> {
    let acted = 0;
    let isDead = false;
    const died = Promise.withResolvers<void>();
    const forever = () => new Promise<never>(() => {});
    const worker = createTestWorker({
      time: { clock: () => bench.now, every: () => () => {} },
      store: bench.store,
      files,
      fault: () => (isDead ? forever() : undefined),
      definitions: bench.definitions,
      dispatcher: { kick: async () => {} },
      servicesFor: (job: RunningJob) => {
        const desk = bench.queue.bulkDeskOf(job.owner, job.id);
        const bulk: typeof desk = {
          next: async (...page) => {
            bench.now += 1_000;
            return desk.next(...page);
          },
          async act(verb, one) {
            acted += 1;
            try {
              return (await onAct(one.id, acted)) ?? (isDead ? await forever() : await desk.act(verb, one));
            } catch {
              isDead = true;
              died.resolve();
              return forever();
            }
          },
        };
        return { bulk } as never; // a bulk job uses no other service
      },
      limitsOf: () => ({ concurrency: null, slots: 2 }),
      newToken: () => `t${++tokens}`,
      random: () => 0.5,
      leaseMs: LEASE_MS,
      shutdown: shutdown.signal,
      onError: (event, error) => void bench.warnings.push({ event, error }),
    });
    await Promise.race([worker.drain("bulk", bench.now + budgetMs), died.promise]);
  }

  /** Jobs that have failed one after the other, oldest first. */
  async function failed(count: number, job: Parameters<typeof aNewJob>[0] = {}): Promise<JobId[]> {
    const jobs = Array.from({ length: count }, () => aNewJob({ name: "tests.anything", ...job }));
    await bench.store.enqueue(jobs, bench.now);
    const { held } = await bench.store.claim(aClaim({ limit: count, now: bench.now, token: `c${++tokens}` }));
    const error = { code: "broken", message: "It broke." };
    const settlements = held.map((one) => ({
      held: one,
      outcome: { kind: "threw" as const, error, retryInMs: null },
      reached: asItWas(one.job),
    }));
    await bench.store.settle("tests", settlements, bench.now, 0);
    return jobs.map(({ id }) => id);
  }

  return Object.assign(bench, {
    files,
    drain,
    failed,
    async start(verb: BulkVerb, filter: BulkFilter = { queue: "tests" }, owner = "ada"): Promise<JobId> {
      return (await bench.queue.bulk.start(owner, { verb, filter }, null)).job.id;
    },
    async letLeasesRunOut(): Promise<void> {
      bench.now += LEASE_MS;
      await bench.store.tend(bench.now, 100);
    },
    jobOf: async (id: JobId) => (await bench.store.get(id))?.job,
    statesOf: async (ids: readonly JobId[]) => (await bench.store.getMany(ids)).map((kept) => kept?.job.state),
  });
}
