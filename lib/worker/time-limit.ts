import type { RunningJob } from "@/lib/core/job";
import { timedOutMessage, timeLimitOf } from "@/lib/core/time-limit";
import { FatalError, RetryableError } from "@/lib/errors";
import type { Ending } from "@/lib/worker/drive";

/** No slice lives that long, and the timers of some systems fire at once when they are asked for more. */
const LONGEST_TIMER_MS = 24 * 3_600_000;

interface WatchDeps {
  readonly clock: () => number;
  readonly every: (ms: number, act: () => void) => () => void;
  /** Called once, when the time is over while the job runs. */
  readonly onPassed: () => void;
}

/** Watches the time limit of a job in this slice. */
export function watchTime(job: RunningJob, { clock, every, onPassed }: WatchDeps) {
  const limit = timeLimitOf(job);
  const leftMs = limit ? limit.at - clock() : Number.POSITIVE_INFINITY;
  let isOver = leftMs <= 0;
  const stop = leftMs > 0 && leftMs <= LONGEST_TIMER_MS ? every(leftMs, pass) : () => {};

  function pass(): void {
    stop();
    isOver = true;
    onPassed();
  }

  const hasPassed = () => isOver || (limit !== null && clock() >= limit.at);

  function timedOut(): FatalError | RetryableError {
    const message = limit ? timedOutMessage(limit) : "";
    return limit?.isFinal ? new FatalError("timed_out", message) : new RetryableError("timed_out", message);
  }

  return {
    stop,
    hasPassed,
    /** From then on the lease is not renewed any more, should the job never come back. Null: no limit. */
    at: limit?.at ?? null,
    timedOut,

    /** How a slice has ended: not as it says where its time was over before. A result counts, and so does a fatal error. */
    endingOf(ending: Ending): Ending {
      if (!hasPassed() || ending.kind === "completed" || ending.kind === "lost") return ending;
      if (ending.kind === "threw" && ending.error instanceof FatalError) return ending;
      return { kind: "threw", error: timedOut() };
    },
  };
}
