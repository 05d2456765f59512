import { CHILD_STATES, type ChildCounts, groupsOf } from "@/lib/core/children";
import type { FinishedJob } from "@/lib/core/job";
import type { JobStore } from "@/lib/core/job-store";
import { mayWriteLate } from "@/lib/core/keeping";
import type { Add, Ledger, Move } from "@/lib/core/ledger";
import { parseKept } from "@/lib/store/jobs/job-text";
import { childrenPlace, completedPlace, DUE, filesTimer, jobPlace, jobTimer } from "@/lib/store/jobs/places";
import { failureMoves, leaveKept, listPlace } from "@/lib/store/jobs/transition";

const MAX_ROUNDS = 25;
/** No function and no request on its way lives as long. */
export const LATE_MS = 3_600_000;

export function createForget(ledger: Ledger): JobStore["forget"] {
  /**
   * Counts of a parent that is gone, the open ones first, once no child of it is open: one that was retried since has
   * counted itself anew.
   */
  async function countsOfOrphans({ parent }: FinishedJob): Promise<string[]> {
    if (!parent) return [];
    const places = CHILD_STATES.map((state) => childrenPlace(parent.id, parent, state)); // "open" is the first of them
    const [open = 0] = await ledger.counters(places.slice(0, 1));
    return open > 0 ? [] : places;
  }

  return async function forget(job, now) {
    const key = jobPlace(job.id);
    const open = placesOf(job, "open");
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const [entry, parent] = await ledger.read([key, ...(job.parent ? [jobPlace(job.parent.id)] : [])]);
      if (entry && !isStill(job, parseKept(job.id, entry).job)) return false;
      const orphaned = parent === null ? await countsOfOrphans(job) : [];
      // Dropped for good only while their parent is gone, for one with this id would count on with them.
      const gone = job.parent && orphaned.length > 0 ? [{ key: jobPlace(job.parent.id), expect: 0, entry: null }] : [];
      const puts = [{ key, expect: entry?.rev ?? 0, entry: null }, ...gone];
      const adds = [...open, ...orphaned.slice(0, 1)].map(unlessAny);
      const change = {
        puts,
        moves: [...leave(job), ...lookAgain(job, now)],
        adds,
        drops: [...countsOf(job), ...orphaned],
      };
      const [isApplied] = await ledger.apply([change]);
      if (isApplied) return true;
      if (open.length > 0 && (await ledger.counters(open)).some((count) => count > 0)) return false;
    }
    throw new Error(`${job.id} was changed ${MAX_ROUNDS} times while it was being forgotten.`);
  };
}

/** Whether it is the same end: a job that was retried may have ended again. */
const isStill = (then: FinishedJob, { state, ...now }: { state: string; finishedAt?: number }) =>
  state === then.state && now.finishedAt === then.finishedAt;

/** The counts of all that it has spawned, also before it was started anew. */
const countsOf = (job: FinishedJob): string[] => CHILD_STATES.flatMap((state) => placesOf(job, state));

/** Of its present children, and of those of its latest beginnings. */
function placesOf({ id, checkpoint, retries }: FinishedJob, state: keyof ChildCounts): string[] {
  const latest = Array.from({ length: Math.min(retries, MAX_ROUNDS) + 1 }, (_, i) => retries - i);
  return groupsOf(checkpoint).flatMap(({ stage, round }) =>
    [...new Set([round, ...latest])].map((each) => childrenPlace(id, { stage, round: each }, state)),
  );
}

/** Refuses the change while any is open: whoever cancels them finds them by this job, and their ends count with it. */
const unlessAny = (counter: string): Add => ({ counter, by: 0, max: 0 });

/** Remembers to look once more for files of a job whose workers may bring some after it is gone. */
const lookAgain = (job: FinishedJob, now: number): Move[] =>
  mayWriteLate(job) ? [{ set: DUE, member: filesTimer(job.id), score: now + LATE_MS }] : [];

function leave(job: FinishedJob): Move[] {
  const { id, owner, name, concurrencyKey } = job;
  const sets = [listPlace(job), ...(concurrencyKey === null ? [] : [completedPlace(owner, name, concurrencyKey)])];
  const moves: Move[] = sets.map((set) => ({ set, member: id as string, score: null }));
  moves.push(...leaveKept(job));
  if (job.state === "failed") moves.push(...failureMoves(job, null));
  return [...moves, { set: DUE, member: jobTimer(id), score: null }];
}
