import { CHILD_STATES, groupsOf } from "@/lib/core/children";
import type { FinishedJob } from "@/lib/core/job";
import type { JobStore } from "@/lib/core/job-store";
import type { Ledger, Move } from "@/lib/core/ledger";
import { parseKept } from "@/lib/store/jobs/job-text";
import { childrenPlace, completedPlace, DUE, jobPlace, jobTimer } from "@/lib/store/jobs/places";
import { failureMoves, leaveKept, listPlace } from "@/lib/store/jobs/transition";

const MAX_ROUNDS = 25;

export function createForget(ledger: Ledger): JobStore["forget"] {
  return async function forget(job) {
    const key = jobPlace(job.id);
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const [entry] = await ledger.read([key]);
      if (entry && !isStill(job, parseKept(job.id, entry).job)) return false;
      const puts = [{ key, expect: entry?.rev ?? 0, entry: null }];
      const [isApplied] = await ledger.apply([{ puts, moves: leave(job), drops: countsOf(job) }]);
      if (isApplied) return true;
    }
    throw new Error(`${job.id} was changed ${MAX_ROUNDS} times while it was being forgotten.`);
  };
}

/** Whether it is the same end: a job that was retried may have ended again. */
const isStill = (then: FinishedJob, { state, ...now }: { state: string; finishedAt?: number }) =>
  state === then.state && now.finishedAt === then.finishedAt;

/** The counts of all that it has spawned, also before it was started anew. */
function countsOf({ id, checkpoint, retries }: FinishedJob): string[] {
  const stages = groupsOf(checkpoint).map(({ stage }) => stage);
  const rounds = Array.from({ length: Math.min(retries, MAX_ROUNDS) + 1 }, (_, round) => round);
  return stages.flatMap((stage) =>
    rounds.flatMap((round) => CHILD_STATES.map((state) => childrenPlace(id, { stage, round }, state))),
  );
}

function leave(job: FinishedJob): Move[] {
  const { id, owner, name, concurrencyKey } = job;
  const sets = [listPlace(job), ...(concurrencyKey === null ? [] : [completedPlace(owner, name, concurrencyKey)])];
  const moves: Move[] = sets.map((set) => ({ set, member: id as string, score: null }));
  moves.push(...leaveKept(job));
  if (job.state === "failed") moves.push(...failureMoves(job, null));
  return [...moves, { set: DUE, member: jobTimer(id), score: null }];
}
