import type { JobDefinition } from "@/lib/core/definition";
import type { Dispatcher } from "@/lib/core/dispatcher";
import type { RunningJob } from "@/lib/core/job";
import type { JobStore } from "@/lib/core/job-store";
import { createChildren } from "@/lib/queue/create-children";
import type { MemoryFiles } from "@/lib/testing/memory-files";
import type { VirtualTime } from "@/lib/testing/virtual-time";
import { createWorker, type WorkerDeps } from "@/lib/worker/create-worker";

/** Called around each store and file call of a worker, counted from 1: the place to kill it, or to hold it up. */
export type Fault = (call: number, when: "before" | "after", name: string, answer?: unknown) => Promise<void> | void;

type Ports = "clock" | "monotonic" | "every" | "readRows" | "childrenOf" | "breathe" | "onError" | "onKickFailed";

interface TestWorkerDeps<Services> extends Omit<WorkerDeps<Services>, Ports | "store" | "files"> {
  readonly time: Pick<VirtualTime, "clock" | "every">;
  readonly store: JobStore;
  readonly files: MemoryFiles;
  readonly definitions: ReadonlyMap<string, JobDefinition<Services>>;
  readonly dispatcher: Dispatcher;
  readonly fault: Fault;
  readonly breathe?: () => Promise<void>;
  /** What the application would log. */
  readonly onError: (event: string, error: unknown, job: RunningJob | null) => void;
}

/** A worker of its own on virtual time, which hears nothing more from the world once its `fault` keeps it from that. */
export function createTestWorker<Services>(deps: TestWorkerDeps<Services>) {
  const { time, store, files, fault, onError } = deps;
  const stopTimers: (() => void)[] = [];
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

  const dispatcher: Dispatcher = {
    async kick(wished) {
      await fault(0, "before", "publish"); // no call to a store: it has no number
      await deps.dispatcher.kick(wished);
    },
  };

  const childrenOf = createChildren({
    store: {
      ...store,
      enqueue: through("enqueue", store.enqueue),
      controlMany: through("controlMany", store.controlMany),
    },
    definitions: deps.definitions,
    files,
    userFiles: { hold: async () => {} },
    publish: dispatcher.kick,
    clock: time.clock,
  });

  const drain = createWorker<Services>({
    ...deps,
    store: {
      claim: through("claim", store.claim),
      commit: through("commit", store.commit),
      settle: through("settle", store.settle),
      kick: through("kick", store.kick),
    },
    files: { write: through("write", files.write), copy: through("copy", files.copy) },
    dispatcher,
    childrenOf,
    readRows: files.readRows,
    clock: time.clock,
    monotonic: time.clock,
    breathe: deps.breathe ?? (async () => {}),
    every(ms, act) {
      const stop = time.every(ms, act);
      stopTimers.push(stop);
      return stop;
    },
    onKickFailed: (error) => onError("kick_failed", error, null),
    onError: (event, job, error) => onError(event, error, job),
  });

  return {
    drain,
    calls: () => calls,
    /** Its timers fire no more. */
    die(): void {
      for (const stop of stopTimers) stop();
    },
  };
}
