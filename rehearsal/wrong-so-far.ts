import type { Plan } from "@/rehearsal/plan";
import type { Stage } from "@/rehearsal/stage";
import { sum } from "@/rehearsal/tally";

/** How often everything that is wanted has gone wrong so far. */
function wrongSoFar({ redis, qstash, instances }: Stage): Plan["wanted"] {
  const times = (fault: "doubled" | "lost" | "late") => qstash.injected.get(fault) ?? 0;
  return {
    kills: instances.lives.filter(({ ending }) => ending === "killed at its limit" || ending === "crashed").length,
    doubled: times("doubled"),
    lost: times("lost"),
    late: times("late"),
    redisFaults: sum(redis.injected),
  };
}

/** What is to go wrong more often before it is enough, in words. */
export function missingOf({ wanted }: Plan, stage: Stage): string[] {
  const found = new Map(Object.entries(wrongSoFar(stage)));
  return Object.entries(wanted)
    .map(([name, times]) => ({ name, times, found: found.get(name) ?? 0 }))
    .filter(({ times, found }) => found < times)
    .map(({ name, times, found }) => `${name}: ${found} of ${times}`);
}
