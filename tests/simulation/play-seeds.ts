import { BREAKAGES, WHOLE } from "@/tests/simulation/broken";
import type { Options } from "@/tests/simulation/options";
import { type Run, runSeed } from "@/tests/simulation/run-seed";
import { shrink } from "@/tests/simulation/shrink";
import { STORES } from "@/tests/simulation/stores";

export interface Played {
  readonly seeds: number;
  readonly steps: number;
  readonly faults: Readonly<Record<string, number>>;
  /** Runs in which a promise was broken, as small as they could be made. */
  readonly failures: readonly Run[];
}

export const NOTHING_PLAYED: Played = { seeds: 0, steps: 0, faults: {}, failures: [] };

/** So many failures say enough. */
const MAX_FAILURES = 3;

/** Plays one seed after the other. Of what fails it answers the smallest run that fails in the same way. */
export async function playSeeds({
  from,
  seeds,
  store: storeName,
  broken,
}: Omit<Options, "processes">): Promise<Played> {
  const store = await STORES[storeName]();
  const breakage = broken ? BREAKAGES[broken] : WHOLE;
  const play = async (seed: number, muted: ReadonlySet<string>) => {
    await turnOfTheEventLoop();
    return runSeed({ luck: { seed, muted }, openLedger: await store.open(), breakage });
  };
  let played = NOTHING_PLAYED;
  try {
    for (let seed = from; seed < from + seeds && played.failures.length < MAX_FAILURES; seed += 1) {
      const run = await play(seed, new Set());
      const failures = run.broken === null ? [] : [await shrink(run, (muted) => play(seed, muted))];
      played = together(played, { seeds: 1, steps: run.steps, faults: run.faults, failures });
    }
    return played;
  } finally {
    await store.close();
  }
}

/** A run makes none of its own, so timers and signals would wait for the last of many. */
const turnOfTheEventLoop = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** What two have played, as one. */
export function together(a: Played, b: Played): Played {
  const faults: Record<string, number> = { ...a.faults };
  for (const [kind, count] of Object.entries(b.faults)) faults[kind] = (faults[kind] ?? 0) + count;
  return { seeds: a.seeds + b.seeds, steps: a.steps + b.steps, faults, failures: [...a.failures, ...b.failures] };
}
