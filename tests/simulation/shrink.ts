import type { Run } from "@/tests/simulation/run-seed";

/** What makes two failures the same one: the sentence without the names and numbers in it. */
const kindOf = (broken: string) => broken.replace(/\S*\d\S*/g, "…");

/**
 * Leaves out of a failing run whatever it fails without, chunk by chunk, and answers the smallest that still
 * fails in the same way. `replay` plays the seed again without some of what happened.
 */
export async function shrink(first: Run, replay: (muted: ReadonlySet<string>) => Promise<Run>): Promise<Run> {
  const muted = new Set<string>();
  let smallest = first;
  for (let size = Math.ceil(first.happened.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < smallest.happened.length; ) {
      const chunk = smallest.happened.slice(from, from + size);
      const run = await replay(new Set([...muted, ...chunk]));
      const isSame = run.broken !== null && first.broken !== null && kindOf(run.broken) === kindOf(first.broken);
      if (isSame && run.happened.length < smallest.happened.length) {
        for (const id of chunk) muted.add(id);
        smallest = run;
      } else from += size;
    }
  }
  return smallest;
}
