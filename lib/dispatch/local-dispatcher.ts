import type { Dispatcher } from "@/lib/core/dispatcher";
import type { Kick } from "@/lib/core/job-store";
import type { KickMessage } from "@/lib/core/kick-message";
import { type Attempt, createDelivery, type DeliveryDeps } from "@/lib/dispatch/deliver";
import { afterDelay } from "@/lib/dispatch/long-delay";

/** Before the second, third and fourth try: quickly while a server starts, and once more when its leases have run out. */
const RETRY_DELAYS_MS = [500, 3_000, 35_000];
/** Kicks of one queue that are due within this time of each other become one. */
const TOGETHER_MS = 100;

/**
 * Delivers kicks like QStash, from inside the process: signed, after their delay, and again if the route failed.
 * A kick that is still on its way stands for those that come to the same queue for the same time.
 */
export function createLocalDispatcher(deps: DeliveryDeps): Dispatcher & { close(): void } {
  const { clock, ids } = deps;
  const { deliver, abort } = createDelivery(deps);
  const underway = new Map<string, () => void>();
  let isClosed = false;

  function send(place: string, kick: KickMessage, { id, retried }: Attempt, delayMs: number): void {
    if (underway.has(place)) return;
    const callOff = afterDelay(delayMs, async () => {
      // A worker that is called may be past its last look at the queue: from here on, a new kick is a new message.
      underway.delete(place);
      const answer = await deliver(kick, { id, retried });
      const retryMs = RETRY_DELAYS_MS[retried];
      if (answer === "done" || retryMs === undefined || isClosed) return;
      // A place of its own: a new kick must not wait for an old one's patience.
      send(`${kick.queue}@retry`, kick, { id, retried: retried + 1 }, retryMs);
    });
    underway.set(place, callOff);
  }

  function schedule({ queue, nonce, delayMs }: Kick): void {
    const now = clock();
    const dueAt = delayMs > 0 ? Math.ceil((now + delayMs) / TOGETHER_MS) * TOGETHER_MS : now;
    const place = `${queue}@${delayMs > 0 ? dueAt : "now"}`;
    send(place, { queue, nonce }, { id: ids("msg"), retried: 0 }, dueAt - now);
  }

  return {
    async kick(kicks) {
      for (const kick of kicks) schedule(kick);
    },

    /** Drops what is not delivered yet: the next process sweeps. */
    close() {
      isClosed = true;
      for (const callOff of underway.values()) callOff();
      underway.clear();
      abort();
    },
  };
}
