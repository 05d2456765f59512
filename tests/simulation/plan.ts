import { ACTIONS } from "@/tests/simulation/actions";
import type { World } from "@/tests/simulation/world";

export const SWEEP_MS = 60_000;

/** Puts into the timeline what users do and what happens to machines, at instants of the seed's choice. */
export function planActions(world: World, withinMs: number): void {
  const { fates, timeline } = world;
  for (const [kind, { act, times }] of Object.entries(ACTIONS)) {
    const count = Math.floor(fates.chance(`times of ${kind}`).between(times[0] ?? 0, times[1] ?? 0) + 0.5);
    for (let i = 0; i < count; i += 1) {
      const name = `${kind}-${i}`;
      const chance = fates.chance(name);
      const atMs = chance.between(0, withinMs) * chance.between(0, 1); // rather early, while there is time to go wrong
      timeline.after(atMs, null, () => {
        if (!fates.happens(name, kind)) return;
        world.trace(name);
        void Promise.resolve(act(world, name, chance)).catch((error) => world.audit.look([`${name} threw: ${error}`]));
      });
    }
  }
}

/** The cron: a sweep a minute, of which some are missed and some come twice. `everyMs` is asked anew each time. */
export function planSweeps(world: World, everyMs: () => number): void {
  const { fates, timeline, trace } = world;
  const sweep = (name: string) => {
    const instance = world.pick(name);
    trace(`${instance.life.name} sweeps`);
    instance.sweep().catch(() => trace(`${name} fails`));
  };
  const next = (number: number) =>
    timeline.after(everyMs(), null, () => {
      const name = `sweep-${number}`;
      const chance = fates.chance(name);
      const isMissed = chance.happens(0.2) && fates.happens(name, "sweepMissed");
      const isDoubled = chance.happens(0.2) && fates.happens(`${name}-twin`, "sweepDoubled");
      if (!isMissed) sweep(name);
      if (isDoubled) timeline.after(chance.between(0, 3_000), null, () => sweep(`${name}-twin`));
      next(number + 1);
    });
  next(1);
}
