import type { Kick } from "@/lib/core/job-store";
import type { Fates } from "@/tests/simulation/fates";
import type { Instance } from "@/tests/simulation/instance";
import type { Life, Timeline } from "@/tests/simulation/timeline";
import { LEASE_MS } from "@/tests/support/builders";

interface MessagesDeps {
  readonly timeline: Timeline;
  readonly fates: Fates;
  readonly pick: (name: string) => Instance;
  readonly trace: (line: string) => void;
}

const MAX_DELIVERIES = 4;

/** Carries kicks as QStash does: late, twice, never, out of order, and again if the call failed or died. */
export function createMessages({ timeline, fates, pick, trace }: MessagesDeps) {
  const open = new Map<Life, Set<() => void>>();
  const seen = new Set<string>();

  function deliver(queue: string, name: string, delivery: number): void {
    const instance = pick(`${name}@${delivery}`);
    const chance = fates.chance(`${name}@${delivery}`);
    const again = () => {
      if (delivery >= MAX_DELIVERIES) return;
      timeline.after(LEASE_MS + chance.between(1_000, 9_000), null, () => deliver(queue, name, delivery + 1));
    };
    const calls = open.get(instance.life) ?? new Set();
    open.set(instance.life, calls);
    calls.add(again);
    trace(`${instance.life.name} works on ${queue} (${name})`);
    const budgetMs = chance.pick([2_000, 6_000, 20_000, 60_000, 300_000]);
    instance.work(queue, budgetMs).then(
      () => calls.delete(again),
      () => {
        calls.delete(again);
        again();
      },
    );
  }

  return {
    publish({ queue, nonce, delayMs }: Kick, name: string): void {
      if (seen.has(`${queue}:${nonce}`)) return; // deduplicated
      seen.add(`${queue}:${nonce}`);
      const chance = fates.chance(name);
      const fault = fates.hits(name, chance, "messageLost", "messageDoubled", "messageLate");
      if (fault === "messageLost") {
        trace(`the kick ${name} of ${queue} is lost`);
        return;
      }
      const lateMs = fault === "messageLate" ? chance.between(1_000, 90_000) : chance.between(5, 100);
      timeline.after(delayMs + lateMs, null, () => deliver(queue, name, 1));
      if (fault !== "messageDoubled") return;
      timeline.after(delayMs + chance.between(5, 5_000), null, () => deliver(queue, `${name}-twin`, 1));
    },

    /** Calls that died are made again. */
    died(life: Life): void {
      for (const again of open.get(life) ?? []) again();
      open.delete(life);
    },
  };
}
