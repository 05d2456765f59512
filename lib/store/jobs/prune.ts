import { type FinishedJob, JobId } from "@/lib/core/job";
import type { JobStore } from "@/lib/core/job-store";
import { keptCountOf } from "@/lib/core/keeping";
import * as machine from "@/lib/core/state-machine";
import type { Desk } from "@/lib/store/jobs/create-desk";
import { type Decision, type Deps, decideAgain } from "@/lib/store/jobs/decide-again";
import { jobPlace, keptPlace } from "@/lib/store/jobs/places";
import { loadLanes, plan } from "@/lib/store/jobs/plan";

/** So many at once: each end adds one, so more are there only where a definition has come to keep fewer. */
const LIMIT = 100;

/** Ends the time of what is too much. Tend finds it due then: files go first, and the record last. */
export function createPrune(deps: Deps): JobStore["prune"] {
  async function decide(desk: Desk, id: JobId, job: FinishedJob, now: number): Promise<Decision<boolean> | "later"> {
    const kept = desk.job(id);
    const after = kept && !kept.isDamaged && kept.job.state === job.state ? machine.expire(kept.job, { now }) : null;
    if (!kept || !after || after === kept.job) {
      // It went by itself, or stands there for nothing: a name without a job would be counted for ever.
      return { answer: false, change: { moves: [{ set: keptPlace(job), member: id, score: null }] } };
    }
    await loadLanes(desk, [{ was: kept.job, after }]);
    return plan(desk, { before: kept, after, answer: true }, now);
  }

  return async function prune(job, now) {
    const offset = keptCountOf(job);
    if (offset === null) return 0;
    const beyond = await deps.ledger.range({ set: keptPlace(job), offset, limit: LIMIT, reverse: true });
    const ids = beyond.map(({ member }) => JobId.parse(member));
    const { answers } = await decideAgain(deps, ids, { now }, async (batch, desk) => {
      await desk.load(batch.map(jobPlace));
      const decisions: (Decision<boolean> | "later")[] = [];
      for (const id of batch) decisions.push(await decide(desk, id, job, now));
      return decisions;
    });
    return answers.filter(Boolean).length;
  };
}
