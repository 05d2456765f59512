import { EMPTY_CHECKPOINT } from "@/lib/core/checkpoint";
import type { JobIn } from "@/lib/core/job";
import type { NewJob } from "@/lib/core/job-store";
import { rankOf } from "@/lib/core/state-machine";
import { NO_WAKES } from "@/lib/core/wake";

/** Jobs enqueued in one call keep their order: so little of a millisecond lies between them. */
const IN_ORDER_MS = 1 / 1_024;

/** The record that a new job begins with; `place` is its number in the call. */
export function recordOf(newJob: NewJob, place: number, now: number): JobIn<"queued" | "scheduled"> {
  const { runAt, idempotency: _idempotency, maxActive: _maxActive, onDuplicate: _onDuplicate, ...given } = newJob;
  const facts = {
    ...given,
    tags: newJob.tags ?? [],
    parent: newJob.parent ?? null,
    retries: 0,
    createdAt: now,
    updatedAt: now,
    startedAt: null,
    attempt: 1,
    losses: 0,
    slices: 0,
    commits: 0,
    commands: 0,
    checkpoint: EMPTY_CHECKPOINT,
    percent: 0,
    limits: newJob.limits ?? null,
    begunAttempt: 0,
    attemptRanMs: 0,
    endsBy: null,
    replacedBy: null,
    last: null,
    wakes: NO_WAKES,
  };
  if (runAt !== null && runAt > now) return { ...facts, state: "scheduled", runAt };
  return { ...facts, state: "queued", rank: rankOf(facts) + place * IN_ORDER_MS };
}
