import type { Mutant } from "@/tests/guards/mutants";

/** Names a mutant by what is left of its line, so that other lines may come and go. */
export const nameOf = ({ file, became, nth }: Mutant): string =>
  `${file}: ${became.replaceAll("${", "{")}${nth === 1 ? "" : ` (${nth})`}`;

/** Conditions that only save work, or that the lines behind them make anew: without them each answer is the same. */
export const EQUIVALENT: ReadonlySet<string> = new Set([
  // The sums are made for every change then, also where nothing has a maximum.
  "lib/store/sqlite/create-changer.ts: if (false) return true;",
  // A revision that was asked for is asked for again then.
  "lib/store/sqlite/create-changer.ts: if (false) return known;",
  // Where no document is written twice, each change is alone, and stays as it is.
  "lib/store/jobs/tell-apart.ts: if (false) return changes;",
  // An undefined first change is left out by the list that it would stand in.
  "lib/store/jobs/decide-again.ts: if (isFirst) await write([], []);",
  "lib/store/jobs/control.ts: : answer;",
  // It tells the compiler what is so: a running job that is our own always has an end.
  "lib/store/jobs/settle.ts: if (own) return plan(desk, { before: own, after, answer: after }, now);",
  // A job that comes new into a lane writes that, so it is never put off, and both sides have something to write.
  "lib/store/jobs/take-over.ts: if (false) return added;",
  // Who asks has seen that the key after the change is not null, and a job's key never changes.
  "lib/store/jobs/transition.ts: job !== null && job.replacedBy === null && !isFinished(job);",
  // Who asks has seen that it is null after the change; only a retry makes it so, and that begins at an end.
  "lib/store/jobs/transition.ts: job !== null && job.uniqueKey !== null && !isFinished(job);",
  // Only a job whose record is there and damaged comes here.
  'lib/store/jobs/claim.ts: if (false) return "later";',
  // The answer is made three lines above, and is never null.
  'lib/store/jobs/control.ts: if (decision !== "later" && possible) written.set(kept.job.id, textOf(possible));',
  // A job without a parent never gets here: only one whose parent was read, and is gone.
  "lib/store/jobs/forget.ts: if (false) return [];",
  // What a claim takes or puts off keeps its lane, so it never has to wait for one.
  "lib/store/jobs/claim.ts: if (false) return decision; (2)",
  // Only a running job has a token.
  "lib/store/jobs/claim.ts: if (round > 0 && job.token === token) return { answer: { rev, job }, change: null };",
]);

/** Guards that no test has noticed yet: they count as missed, and each wants a test of its own. */
export const OPEN: ReadonlySet<string> = new Set<string>([]);
