import type { Kick } from "@/lib/core/job-store";
import type { Deps } from "@/lib/store/jobs/decide-again";
import { askForKick } from "@/lib/store/jobs/kicks";
import { DUE, kickPlace, kickTimer, readyPlace } from "@/lib/store/jobs/places";

/** Asks for a worker for each of these queues, unless one is asked for already. */
export async function askForWorkers({ ledger, nonce }: Deps, queues: readonly string[], now: number): Promise<Kick[]> {
  const wishes = [...new Set(queues)].map((queue) => ({ queue, nonce: nonce() }));
  if (wishes.length === 0) return [];
  const applied = await ledger.apply(wishes.map((wish) => askForKick(wish.queue, wish.nonce, now)));
  return wishes.filter((_, i) => applied[i]).map((wish) => ({ ...wish, delayMs: 0 }));
}

/**
 * Queues whose kick may be lost, or whose worker may have died between two claims: where jobs wait,
 * a worker is asked for again; the others need no more looking after.
 */
export async function lookAfter(deps: Deps, queues: readonly string[], now: number): Promise<Kick[]> {
  const { ledger } = deps;
  if (queues.length === 0) return [];
  const sizes = await ledger.sizes(queues.map(readyPlace));
  const idle = queues.filter((_, i) => sizes[i] === 0);
  const busy = queues.filter((_, i) => sizes[i] !== 0);
  if (idle.length > 0) {
    const entries = await ledger.read(idle.map(kickPlace));
    const changes = idle.map((queue, i) => {
      const rev = entries[i]?.rev ?? 0;
      return {
        puts: [{ key: kickPlace(queue), expect: rev, entry: { rev: 0, text: "" } }],
        moves: [{ set: DUE, member: kickTimer(queue), score: null }],
      };
    });
    await ledger.apply(changes);
    // A job that came after the first look, when its kick still counted as outstanding, has nobody but us.
    const sizesNow = await ledger.sizes(idle.map(readyPlace));
    busy.push(...idle.filter((_, i) => sizesNow[i] !== 0));
  }
  return askForWorkers(deps, busy, now);
}
