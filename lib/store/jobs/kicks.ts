import type { Kick } from "@/lib/core/job-store";
import type { Change, Put } from "@/lib/core/ledger";
import { DUE, kickPlace, kickTimer, pausedPlace } from "@/lib/store/jobs/places";
import { ANY } from "@/lib/store/jobs/transition";

/** A kick that nobody has answered for so long is taken for lost. */
const KICK_MS = 15_000;

/** Refuses a change while the queue is paused. It asks and writes nothing of its own, so it is not billed. */
export const unlessPaused = (queue: string): Put => ({ key: pausedPlace(queue), expect: 0, entry: null });

/**
 * Asks for a worker unless one is asked for already. The revision of the document is the time until which
 * a kick is outstanding, so "none is" can be guarded; its text tells the asker that it was its own. A worker
 * of a paused queue would find nothing to do: none is asked for.
 */
export function askForKick(queue: string, nonce: string, now: number): Change {
  const until = now + KICK_MS;
  return {
    puts: [
      { key: kickPlace(queue), expect: { below: now + 1 }, entry: { rev: until, text: nonce } },
      unlessPaused(queue),
    ],
    moves: [{ set: DUE, member: kickTimer(queue), score: until }],
  };
}

/**
 * A worker has come: whatever is enqueued from now on kicks again. With `lookAgainAt`, the queue is
 * looked after then, should this worker die between two claims and leave jobs that nobody runs.
 */
export function takeKickBack(queue: string, lookAgainAt: number | null): Change {
  const puts = [{ key: kickPlace(queue), expect: ANY, entry: { rev: 0, text: "" } }];
  if (lookAgainAt === null) return { puts };
  return { puts, moves: [{ set: DUE, member: kickTimer(queue), score: lookAgainAt }] };
}

/** A kick for a job that becomes due later. Jobs of one second ask for the same one, told by its nonce. */
export function delayedKick(queue: string, runAt: number, now: number): Kick {
  const second = Math.ceil(runAt / 1_000);
  return { queue, nonce: `at-${second}`, delayMs: Math.max(0, second * 1_000 - now) };
}

/** Each kick once. */
export function distinct(kicks: readonly Kick[]): Kick[] {
  return [...new Map(kicks.map((kick) => [JSON.stringify([kick.queue, kick.nonce]), kick])).values()];
}
