import { type FinishedJob, isFinished, JobId } from "@/lib/core/job";
import type { JobStore } from "@/lib/core/job-store";
import { keptCountOf } from "@/lib/core/keeping";
import type { Scored } from "@/lib/core/ledger";
import * as machine from "@/lib/core/state-machine";
import type { Desk } from "@/lib/store/jobs/create-desk";
import { type Decision, type Deps, decideAgain } from "@/lib/store/jobs/decide-again";
import { jobPlace, keptPlace } from "@/lib/store/jobs/places";
import { loadLanes, plan } from "@/lib/store/jobs/plan";
import { whileUnmoved } from "@/lib/store/jobs/unmoved";

type Decided = Decision<boolean> | "later";

/** So many at once: each end adds one, so more are there only where a definition has come to keep fewer. */
const LIMIT = 100;

/** Ends the time of what is too much. Tend finds it due then: files go first, and the record last. */
export function createPrune(deps: Deps): JobStore["prune"] {
  async function decide(desk: Desk, { member, score }: Scored, job: FinishedJob, now: number): Promise<Decided> {
    const id = JobId.parse(member);
    const kept = desk.job(id);
    const ended = kept && !kept.isDamaged && isFinished(kept.job) && kept.job.state === job.state ? kept.job : null;
    // It was tried again and has ended again: it is one of the newest now.
    if (ended && ended.finishedAt !== score) return { answer: false, change: null };
    const after = ended && machine.expire(ended, { now });
    if (!kept || !after || after === kept.job) {
      // It went by itself, or stands there for nothing: a name without a job would be counted for ever.
      const change = { moves: [{ set: keptPlace(job), member, score: null }] };
      return whileUnmoved(desk, id, { answer: false, change });
    }
    await loadLanes(desk, [{ was: kept.job, after }]);
    return plan(desk, { before: kept, after, answer: true }, now);
  }

  return async function prune(job, now) {
    const offset = keptCountOf(job);
    if (offset === null) return 0;
    const beyond = await deps.ledger.range({ set: keptPlace(job), offset, limit: LIMIT, reverse: true });
    const { answers } = await decideAgain(deps, beyond, { now }, async (batch, desk) => {
      await desk.load(batch.map(({ member }) => jobPlace(JobId.parse(member))));
      const decisions: Decided[] = [];
      for (const one of batch) decisions.push(await decide(desk, one, job, now));
      return decisions;
    });
    return answers.filter(Boolean).length;
  };
}
