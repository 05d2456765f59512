import { median } from "@/bench/median";

/** How much each bench does: `tiny` proves that it runs, `full` goes as far as a million jobs. */
export type Size = "tiny" | "usual" | "full";

export const ROUNDS: Readonly<Record<Size, number>> = { tiny: 1, usual: 5, full: 5 };

/** Milliseconds that something takes. */
export async function timeOf(act: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await act();
  return performance.now() - begun;
}

/**
 * Does all of them in turn, round after round, so that what else the machine does meets all alike; the median of each.
 * A round before them does not count: the engine is still compiling what each of them runs.
 */
export async function interleaved<Name extends string>(
  rounds: number,
  measures: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Record<Name, number>> {
  const names = Object.keys(measures) as Name[]; // the keys of this very record
  const figures = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of names) {
      const ms = await measures[name]();
      if (round > 0) figures.get(name)?.push(ms);
    }
  }
  const medians = names.map((name) => [name, median(figures.get(name) ?? [])]);
  return Object.fromEntries(medians) as Record<Name, number>;
}

/** So many a second, when all took so many milliseconds. */
export const perSecond = (count: number, ms: number): number => (count * 1_000) / ms;

/** Acts on every number below `count`, so many at a time. */
export async function manyAtOnce(count: number, atOnce: number, act: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const go = async () => {
    while (next < count) await act(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, go));
}
