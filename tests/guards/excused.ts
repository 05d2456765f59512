import type { Mutant } from "@/tests/guards/mutants";

/** Names a mutant by what is left of its line, so that other lines may come and go. */
export const nameOf = ({ file, became }: Mutant): string => `${file}: ${became.replaceAll("${", "{")}`;

/** Conditions that only save work, or that the lines behind them make anew: without them each answer is the same. */
export const EQUIVALENT: ReadonlySet<string> = new Set([
  // The sums are made for every change then, also where nothing has a maximum.
  "lib/store/sqlite/create-changer.ts: if (false) return true;",
  // Nobody is taken from an empty list either.
  "lib/store/jobs/claim.ts: if (false) return NOTHING;",
  // A ledger answers an empty list to an empty list.
  "lib/store/jobs/decide-again.ts: if (false) return [];",
  // An undefined first change is left out by the list that it would stand in.
  "lib/store/jobs/decide-again.ts: if (isFirst) await write([]);",
  // It is written as it was, and answered alike.
  'lib/store/jobs/control.ts: if (false) return { answer: { kind: "done", job } };',
  "lib/store/jobs/control.ts: : answer;",
]);

/** Guards that no test has noticed yet: they count as missed, and each wants a test of its own. */
export const OPEN: ReadonlySet<string> = new Set([
  'lib/store/sqlite/create-changer.ts: const revision = database.prepare("SELECT rev FROM documents WHERE key = ? AND ? > 0");',
  'lib/store/jobs/claim.ts: if (false) return "later";',
  "lib/store/jobs/claim.ts: if (false) return decision;",
  "lib/store/jobs/claim.ts: puts: [{ key: jobPlace(id), expect: { below: Number.MAX_SAFE_INTEGER }, entry: null }],",
  "lib/store/jobs/claim.ts: if (false) return { answer: { rev, job }, change: null };",
  "lib/store/jobs/claim.ts: if (round > 0 && job.token === token) return { answer: { rev, job }, change: null };",
  "lib/store/jobs/claim.ts: if (false) return { ...NOT_TAKEN, kicks: kicksOf(job, now) };",
  "lib/store/jobs/commit.ts: if (false) return answerOf(saved);",
  'lib/store/jobs/control.ts: if (decision !== "later" && possible) written.set(kept.job.id, JSON.stringify(possible));',
  'lib/store/jobs/control.ts: if (decision !== "later" && decision.answer) written.set(kept.job.id, JSON.stringify(possible));',
  "lib/store/jobs/control.ts: return holder !== null;",
  "lib/store/jobs/decide-again.ts: if (false) throw new Error(`Others were faster {MAX_ROUNDS} times: {pending.length} jobs wait.`);",
  'lib/store/jobs/enqueue.ts: if (false) return "later";',
  "lib/store/jobs/enqueue.ts: if (false) return planned;",
]);
