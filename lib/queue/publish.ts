import type { Dispatcher } from "@/lib/core/dispatcher";
import type { Kick } from "@/lib/core/job-store";

interface PublishDeps {
  readonly dispatcher: Dispatcher;
  readonly log: { warn(event: string, fields: Readonly<Record<string, unknown>>): void };
}

export type Publish = ReturnType<typeof createPublish>;

/** Publishes kicks after the store has written. A failure makes the work late, not lost: the sweep kicks again. */
export function createPublish({ dispatcher, log }: PublishDeps) {
  return async function publish(kicks: readonly Kick[]): Promise<void> {
    if (kicks.length === 0) return;
    try {
      await dispatcher.kick(kicks);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.warn("kick_failed", { queues: kicks.map((kick) => kick.queue), reason });
    }
  };
}
