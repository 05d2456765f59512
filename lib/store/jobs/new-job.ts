import { EMPTY_CHECKPOINT } from "@/lib/core/checkpoint";
import type { JobIn } from "@/lib/core/job";
import type { NewJob } from "@/lib/core/job-store";
import { rankOf } from "@/lib/core/state-machine";
import { NO_WAKES } from "@/lib/core/wake";

/** Jobs enqueued in one call keep their order: so little of a millisecond lies between them. */
const IN_ORDER_MS = 1 / 1_024;

interface Beginning {
  /** Its number in the call. */
  readonly place: number;
  /** What adding it is billed. */
  readonly commands: number;
  readonly now: number;
}

/** The record that a new job begins with. Its facts are named: a rest pattern would take longer than all else here. */
export function recordOf(newJob: NewJob, { place, commands, now }: Beginning): JobIn<"queued" | "scheduled"> {
  const { runAt } = newJob;
  const standing =
    runAt !== null && runAt > now
      ? ({ state: "scheduled", runAt } as const)
      : ({
          state: "queued",
          rank: rankOf({ createdAt: now, priority: newJob.priority }) + place * IN_ORDER_MS,
        } as const);
  return {
    id: newJob.id,
    name: newJob.name,
    queue: newJob.queue,
    owner: newJob.owner,
    input: newJob.input,
    priority: newJob.priority,
    maxAttempts: newJob.maxAttempts,
    uniqueKey: newJob.uniqueKey,
    concurrencyKey: newJob.concurrencyKey,
    limits: newJob.limits ?? null,
    files: newJob.files,
    tags: newJob.tags ?? [],
    parent: newJob.parent ?? null,
    createdAt: now,
    updatedAt: now,
    startedAt: null,
    attempt: 1,
    retries: 0,
    losses: 0,
    slices: 0,
    commits: 0,
    commands,
    checkpoint: EMPTY_CHECKPOINT,
    percent: 0,
    begunAttempt: 0,
    attemptRanMs: 0,
    endsBy: null,
    replacedBy: null,
    last: null,
    wakes: NO_WAKES,
    ...standing,
  };
}
