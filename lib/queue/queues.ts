import type { JobStore, QueueCounts } from "@/lib/core/job-store";
import type { Rate } from "@/lib/core/rate-limit";
import { AppError } from "@/lib/errors";
import type { Publish } from "@/lib/queue/publish";

interface QueuesDeps {
  readonly store: Pick<JobStore, "counts" | "pauseQueue" | "resumeQueue">;
  /** Every queue that a definition names. */
  readonly names: readonly string[];
  readonly limitsOf: (queue: string) => {
    readonly concurrency: number | null;
    readonly rate?: Rate | null | undefined;
  };
  readonly publish: Publish;
  readonly clock: () => number;
}

/** What an operator may do with queues: see them, and hold them up. */
export function createQueues({ store, names, limitsOf, publish, clock }: QueuesDeps) {
  function viewOf({ oldestAt, ...counts }: QueueCounts) {
    const oldestAgeMs = oldestAt === null ? null : Math.max(0, clock() - oldestAt);
    const { concurrency, rate = null } = limitsOf(counts.queue);
    return { ...counts, oldestAgeMs, concurrency, rate };
  }

  async function list() {
    return (await store.counts(names)).map(viewOf);
  }

  async function view(queue: string) {
    const [counts] = await store.counts([queue]);
    if (!counts) throw new Error("The store counted nothing.");
    return viewOf(counts);
  }

  function assertKnown(queue: string): void {
    if (!names.includes(queue)) throw new AppError("not_found", `There is no queue named "${queue}".`);
  }

  return {
    list,
    /** No job of it is begun from now on; those that run go on. @throws AppError `not_found` */
    async pause(queue: string) {
      assertKnown(queue);
      await store.pauseQueue(queue, clock());
      return view(queue);
    },
    /** Its jobs are taken again, at once. @throws AppError `not_found` */
    async resume(queue: string) {
      assertKnown(queue);
      await publish(await store.resumeQueue(queue, clock()));
      return view(queue);
    },
  };
}
