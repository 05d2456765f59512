import type { Stage } from "@/rehearsal/stage";
import type { Tally } from "@/rehearsal/tally";

/** What went wrong on purpose, and what was done meanwhile, by name. */
export function accountOf({ redis, qstash, blob, router, instances }: Stage, met: Tally<string>) {
  const endings = Map.groupBy(instances.lives, ({ ending }) => ending);
  const lives = new Map([...endings].map(([ending, all]) => [ending, all.length]));
  return {
    injected: {
      ...prefixed("process", lives),
      ...prefixed("message", qstash.injected),
      "cron: missed ticks": qstash.seen.get("missed ticks") ?? 0,
      ...prefixed("Redis", redis.injected),
      ...prefixed("Blob", blob.injected),
      ...prefixed("request", router.cuts),
    },
    done: {
      "Redis requests": redis.requests(),
      "Blob requests": blob.requests(),
      "requests to the app": router.requests(),
      ...prefixed("messages", qstash.seen),
      ...prefixed("a caller met", met),
    },
  };
}

const prefixed = (what: string, tally: ReadonlyMap<string, number>) =>
  Object.fromEntries([...tally].sort().map(([name, times]) => [`${what}: ${name}`, times]));
