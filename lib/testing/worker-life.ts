import type { Step } from "@/lib/core/stage";
import type { Disturbance, Disturbances } from "@/lib/testing/disturbance";
import type { Fault } from "@/lib/testing/test-worker";

interface LifeDeps {
  readonly disturbances: Disturbances;
  /** Called with each safe point before it is saved; answers whether the worker's time is over. */
  readonly onSafePoint: () => boolean;
}

const forever = () => new Promise<never>(() => {});

/** What one worker call lives through. Once it is dead nothing that it asks for is answered any more. */
export function createLife({ disturbances, onSafePoint }: LifeDeps) {
  const callsBefore = disturbances.reached().calls.length;
  const death = Promise.withResolvers<void>();
  const shutdown = new AbortController();
  let isDead = false;

  async function suffer(kind: Disturbance["kind"] | null): Promise<void> {
    if (kind === "stop") shutdown.abort();
    if (kind === "crash") {
      isDead = true;
      death.resolve();
    }
    if (isDead) await forever();
  }

  const fault: Fault = async (call, when, name) => {
    if (isDead) await forever();
    if (call === 0) return;
    if (when === "before") disturbances.called(name);
    await suffer(disturbances.atCall(callsBefore + call, when));
  };

  return {
    fault,
    /** Ends the worker's time: jobs stop at their next safe point. */
    shutdown: shutdown.signal,
    died: death.promise,
    isDead: () => isDead,
    async breathe(): Promise<void> {
      if (isDead) await forever();
    },
    async atSafePoint(step: Step): Promise<void> {
      if (isDead) await forever();
      if (onSafePoint()) shutdown.abort();
      await suffer(disturbances.atSafePoint(step));
    },
  };
}
