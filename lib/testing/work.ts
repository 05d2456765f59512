import type { JobDefinition } from "@/lib/core/definition";
import type { Dispatcher } from "@/lib/core/dispatcher";
import type { JobId, RunningJob } from "@/lib/core/job";
import type { JobStore } from "@/lib/core/job-store";
import type { Disturbances } from "@/lib/testing/disturbance";
import type { MemoryFiles } from "@/lib/testing/memory-files";
import { watchSafePoints } from "@/lib/testing/safe-points";
import { createTestWorker } from "@/lib/testing/test-worker";
import type { VirtualTime } from "@/lib/testing/virtual-time";
import { createLife } from "@/lib/testing/worker-life";
import type { QueueLimits } from "@/lib/worker/create-worker";

interface WorkDeps<Services> {
  readonly time: VirtualTime;
  readonly store: JobStore;
  readonly files: MemoryFiles;
  readonly dispatcher: Dispatcher;
  readonly definitions: ReadonlyMap<string, JobDefinition<Services>>;
  readonly disturbances: Disturbances;
  readonly servicesFor: (job: RunningJob) => Services;
  readonly limitsOf: (queue: string) => QueueLimits;
  readonly random: () => number;
  readonly newToken: () => string;
  /** The sweep's looks at what is due. */
  readonly tend: () => Promise<unknown>;
  readonly tendAll: () => Promise<unknown>;
  readonly budgetMs: number;
  /** Called with what a job has thrown. */
  readonly onThrow: (id: JobId, error: unknown) => void;
  /** Called with each safe point; answers whether the worker's time is over. */
  readonly onSafePoint: () => boolean;
  readonly note: (event: string, error: unknown, jobId: JobId | null) => void;
}

const LEASE_MS = 30_000;

/** Makes worker calls as the worker's route makes them, each with a worker that may be stopped or killed. */
export function createWork<Services>(deps: WorkDeps<Services>) {
  const { time, definitions, disturbances, tend, tendAll, budgetMs, onSafePoint, onThrow, note } = deps;

  return async function work(queue: string): Promise<void> {
    const life = createLife({ disturbances, onSafePoint });
    const watched = [...definitions.values()].map((definition) =>
      watchSafePoints(definition, { onSafePoint: life.atSafePoint, onThrow }),
    );
    await tend();
    const worker = createTestWorker<Services>({
      ...deps,
      fault: life.fault,
      definitions: new Map(watched.map((definition) => [definition.name, definition])),
      breathe: life.breathe,
      leaseMs: LEASE_MS,
      shutdown: life.shutdown,
      onError: (event, error, job) => note(event, error, job?.id ?? null),
    });
    await Promise.race([worker.drain(queue, time.clock() + budgetMs), life.died]);
    if (life.isDead()) worker.die();
    else await tendAll();
  };
}
