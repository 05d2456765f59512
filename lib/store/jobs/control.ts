import { isFinished, type Job, JobId } from "@/lib/core/job";
import type { ControlAnswer, JobStore, Verb } from "@/lib/core/job-store";
import * as machine from "@/lib/core/state-machine";
import * as waiting from "@/lib/core/waiting";
import { billed } from "@/lib/store/jobs/billing";
import type { Desk } from "@/lib/store/jobs/create-desk";
import { type Decision, type Deps, decideAgain } from "@/lib/store/jobs/decide-again";
import type { KeptJob } from "@/lib/store/jobs/job-text";
import { jobPlace, uniquePlace } from "@/lib/store/jobs/places";
import { loadLanes, plan } from "@/lib/store/jobs/plan";
import { deadLetterOf } from "@/lib/store/jobs/salvage";
import { setAside } from "@/lib/store/jobs/set-aside";

interface ControlDeps extends Deps {
  readonly retention: machine.Retention;
}

type Answer = { readonly kind: ControlAnswer["kind"]; readonly job: Job } | null;

export function createControl(deps: ControlDeps): JobStore["control"] {
  const { retention } = deps;

  function wished(job: Job, verb: Verb, now: number): Job | null {
    switch (verb) {
      case "cancel":
        return machine.cancel(job, { now, retention });
      case "pause":
        return waiting.pause(job, { now });
      case "resume":
        return waiting.resume(job, { now });
      case "retry":
        return machine.retry(job, "checkpoint", { now });
      case "restart":
        return machine.retry(job, "start", { now });
      case "expire":
        return machine.expire(job, { now });
    }
  }

  return async function control(id, owner, verb, now) {
    /** What this call has tried to write: found standing, it had taken effect and only its answer was lost. */
    let written: string | null = null;

    async function decide(desk: Desk): Promise<Decision<Answer> | "later"> {
      await desk.load([jobPlace(id)]);
      const kept = desk.job(id);
      if (!kept || kept.job.owner !== owner) return { answer: null, change: null };
      const { job } = kept;
      if (desk.entry(jobPlace(id))?.text === written) return { answer: { kind: "done", job }, change: null };

      if (kept.isDamaged) return setDamagedAside(desk, kept);
      const after = wished(job, verb, now);
      if (!after || (await isTaken(desk, job, after))) return { answer: { kind: "refused", job }, change: null };
      if (after === job) return { answer: { kind: "done", job }, change: null };
      const noted = billed(after, "control");
      await loadLanes(desk, [{ was: job, after: noted }]);
      written = JSON.stringify(noted);
      return plan(desk, { before: kept, after: noted, answer: { kind: "done", job: noted } }, now);
    }

    /** Its dead letter can be retried, from the start as nothing else is left, and be deleted. */
    async function setDamagedAside(desk: Desk, kept: KeptJob): Promise<Decision<Answer> | "later"> {
      const letter = deadLetterOf(kept.job, now);
      const next = wished(letter, verb, now);
      const possible = next && (await isTaken(desk, letter, next)) ? null : next;
      const kind = possible ? "done" : "refused";
      const answer = (job: Job): Answer => ({ kind, job });
      const decision = await setAside(desk, { id, kept, foundIn: "queued", next: possible ?? undefined, answer }, now);
      if (decision !== "later" && decision.answer && possible) written = JSON.stringify(possible);
      return decision;
    }

    const { answers, kicks } = await decideAgain(deps, [id], { now }, async (_ids, desk) => [await decide(desk)]);
    const answer = answers[0] ?? null;
    if (!answer) return null;
    return answer.kind === "done" ? { kind: "done", job: answer.job, kicks } : { kind: "refused", job: answer.job };
  };
}

/** Whether another unfinished job has taken the unique key of one that would come back. */
async function isTaken(desk: Desk, job: Job, after: Job): Promise<boolean> {
  if (job.uniqueKey === null || !isFinished(job) || isFinished(after)) return false;
  const key = uniquePlace(job, job.uniqueKey);
  await desk.load([key]);
  const rivalId = desk.entry(key)?.text;
  if (rivalId === undefined) return false;
  const rival = JobId.parse(rivalId);
  await desk.load([jobPlace(rival)]);
  const holder = desk.job(rival);
  return holder !== null && !isFinished(holder.job);
}
