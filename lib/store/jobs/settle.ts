import { type Job, JobId, type RunningJob } from "@/lib/core/job";
import type { HeldJob, JobStore, Settlement } from "@/lib/core/job-store";
import type { Retention } from "@/lib/core/keeping";
import * as machine from "@/lib/core/state-machine";
import { billedSettle } from "@/lib/store/jobs/billing";
import type { Desk } from "@/lib/store/jobs/create-desk";
import { type Decision, type Deps, decideAgain } from "@/lib/store/jobs/decide-again";
import { jobPlace, readyPlace } from "@/lib/store/jobs/places";
import { kicksOf, loadLanes, plan } from "@/lib/store/jobs/plan";
import { tellParents } from "@/lib/store/jobs/tell-parents";

interface SettleDeps extends Deps {
  readonly retention: Retention;
}

export function createSettle(deps: SettleDeps): JobStore["settle"] {
  const { retention } = deps;

  return async function settle(queue, settlements, now, next) {
    const size = {
      all: settlements.length,
      threw: settlements.filter(({ outcome }) => outcome.kind === "threw").length,
    };
    const settledAs = (own: RunningJob, { outcome, reached }: Settlement) =>
      billedSettle(machine.settle(own, outcome, reached, { now, retention }), size, next > 0);

    async function decide(batch: readonly Settlement[], desk: Desk, round: number) {
      if (round > 0) await desk.load(batch.map(({ held }) => jobPlace(held.job.id)));
      const steps = batch.map((settlement) => {
        const own = round === 0 ? settlement.held : ownNow(desk, settlement);
        return { settlement, own, after: own && settledAs(own.job, settlement) };
      });
      await loadLanes(
        desk,
        steps.flatMap(({ own, after }) => (own && after ? [{ was: own.job, after }] : [])),
      );
      return steps.map(({ settlement, own, after }): Decision<Job | null> | "later" => {
        if (own && after) return plan(desk, { before: own, after, answer: after }, now);
        const answer = settledBefore(desk, settlement);
        return { answer, change: null, kicks: answer ? kicksOf(answer, now) : [] };
      });
    }

    const range = next > 0 ? { set: readyPlace(queue), limit: next } : null;
    const { answers, kicks, members } = await decideAgain(deps, settlements, { now, range }, decide);
    const told = await tellParents(deps, answers, now);
    const ready = members.map(({ member }) => JobId.parse(member));
    const parents = told.woken.flatMap((job) => (job.queue === queue ? job.id : []));
    const candidates = [...new Set([...ready, ...parents])].slice(0, next);
    return { jobs: answers, kicks: [...kicks, ...told.kicks], candidates };
  };
}

/** The job as it is by now, if the worker still owns it: a stop was asked for, or a heartbeat came between. */
function ownNow(desk: Desk, { held }: Settlement): HeldJob | null {
  const kept = desk.job(held.job.id);
  if (kept?.job.state !== "running" || kept.job.token !== held.job.token) return null;
  // The machine tells work that moved on by the checkpoint's identity, which a fresh copy does not have.
  const hasMoved = kept.job.commits > held.job.commits;
  const checkpoint = hasMoved ? kept.job.checkpoint : held.job.checkpoint;
  return { rev: kept.rev, job: { ...kept.job, checkpoint } };
}

/** The answer to a call that had already taken effect; null if the job was lost. */
function settledBefore(desk: Desk, { held }: Settlement): Job | null {
  const job = desk.job(held.job.id)?.job;
  return job?.last?.token === held.job.token ? job : null;
}
