import type { Kick } from "@/lib/core/job-store";
import type { Change } from "@/lib/core/ledger";
import type { Deps } from "@/lib/store/jobs/decide-again";
import { askForKick } from "@/lib/store/jobs/kicks";
import { DUE, kickPlace, kickTimer, pausedPlace, readyPlace } from "@/lib/store/jobs/places";

/** Asks for a worker for each of these queues, unless one is asked for already. */
export async function askForWorkers({ ledger, nonce }: Deps, queues: readonly string[], now: number): Promise<Kick[]> {
  const wishes = [...new Set(queues)].map((queue) => ({ queue, nonce: nonce() }));
  if (wishes.length === 0) return [];
  const applied = await ledger.apply(wishes.map((wish) => askForKick(wish.queue, wish.nonce, now)));
  return wishes.filter((_, i) => applied[i]).map((wish) => ({ ...wish, delayMs: 0 }));
}

/**
 * Queues whose kick may be lost, or whose worker may have died between two claims: where jobs wait, a worker
 * is asked for again; the others, and those that are paused, need no more looking after.
 */
export async function lookAfter(deps: Deps, queues: readonly string[], now: number): Promise<Kick[]> {
  const { ledger } = deps;
  if (queues.length === 0) return [];
  const wanting = await wantingWorkers(ledger, queues);
  const idle = queues.filter((queue) => !wanting.has(queue));
  if (idle.length > 0) {
    // Marked first, then looked at again, and let alone only if the mark is still there. What comes before the mark
    // is seen, what comes after it overwrites it, and should we die in between, the timer is as it was.
    const mark = -now;
    const entries = await ledger.read(idle.map(kickPlace));
    const marked = await ledger.apply(idle.map((queue, i) => ({ puts: [put(queue, entries[i]?.rev ?? 0, mark)] })));
    for (const queue of await wantingWorkers(ledger, idle)) wanting.add(queue);
    const resting = idle.filter((queue, i) => marked[i] && !wanting.has(queue));
    await ledger.apply(resting.map((queue) => letRest(queue, mark)));
  }
  return askForWorkers(deps, [...wanting], now);
}

/** Those queues that have jobs in line and are not paused. */
async function wantingWorkers(ledger: Deps["ledger"], queues: readonly string[]): Promise<Set<string>> {
  const [sizes, pauses] = await Promise.all([
    ledger.sizes(queues.map(readyPlace)),
    ledger.read(queues.map(pausedPlace)),
  ]);
  return new Set(queues.filter((_, i) => sizes[i] !== 0 && !pauses[i]));
}

/** Revisions that are not in the future say that no kick is outstanding. A negative one is nobody else's. */
const put = (queue: string, expect: number, rev: number) => ({
  key: kickPlace(queue),
  expect,
  entry: { rev, text: "" },
});

const letRest = (queue: string, mark: number): Change => ({
  puts: [put(queue, mark, 0)],
  moves: [{ set: DUE, member: kickTimer(queue), score: null }],
});
