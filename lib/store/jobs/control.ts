import { groupsOf, hasLeftBehind, mayMakeAgain } from "@/lib/core/children";
import type { Condition } from "@/lib/core/condition";
import { isFinished, type Job, JobId } from "@/lib/core/job";
import type { ControlAnswer, JobStore, Kick, Verb } from "@/lib/core/job-store";
import type { Retention } from "@/lib/core/keeping";
import * as machine from "@/lib/core/state-machine";
import * as waiting from "@/lib/core/waiting";
import { billed } from "@/lib/store/jobs/billing";
import type { Desk } from "@/lib/store/jobs/create-desk";
import { type Decision, type Deps, decideAgain } from "@/lib/store/jobs/decide-again";
import { type KeptJob, textOf } from "@/lib/store/jobs/job-text";
import { childrenPlace, jobPlace, uniquePlace } from "@/lib/store/jobs/places";
import { loadLanes, plan } from "@/lib/store/jobs/plan";
import { deadLetterOf } from "@/lib/store/jobs/salvage";
import { setAside } from "@/lib/store/jobs/set-aside";
import { tellParents } from "@/lib/store/jobs/tell-parents";
import { isMet, whileUnmoved, withMore } from "@/lib/store/jobs/unmoved";

interface ControlDeps extends Deps {
  readonly retention: Retention;
}

/** What is to be written for one job, if anything is. */
type Step =
  | { readonly before: KeptJob; readonly after: Job; readonly answer: Answer }
  | { readonly answer: Answer }
  | { readonly before: KeptJob; readonly decision: Decision<Answer> | "later" };

type Answer = { readonly kind: ControlAnswer["kind"]; readonly job: Job } | null;

export function createControl(deps: ControlDeps): Pick<JobStore, "control" | "controlMany"> {
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

  async function controlMany(ids: readonly JobId[], owner: string, verb: Verb, now: number, condition?: Condition) {
    /** What this call has tried to write: found standing, it had taken effect and only its answer was lost. */
    const written = new Map<JobId, string>();
    const isRetry = verb === "retry" || verb === "restart";

    async function prepare(id: JobId, desk: Desk): Promise<Step> {
      const kept = desk.job(id);
      if (!kept || kept.job.owner !== owner) return { answer: null };
      const { job } = kept;
      if (desk.entry(jobPlace(id))?.text === written.get(id)) return { answer: { kind: "done", job } };
      if (condition && !isMet(desk, condition)) return { answer: { kind: "refused", job } };
      if (kept.isDamaged) return { before: kept, decision: await setDamagedAside(desk, kept) };
      const after = wished(job, verb, now);
      if (!after) return { answer: { kind: "refused", job } };
      const refusal = await refusalOf(desk, job, after);
      if (refusal) return { answer: { kind: refusal, job } };
      if (after === job) return { answer: { kind: "done", job } };
      const noted = billed(after, "control", ids.length);
      written.set(id, textOf(noted));
      return { before: kept, after: noted, answer: { kind: "done", job: noted } };
    }

    /** Why the rest of the world does not let it be, if it does not. */
    async function refusalOf(desk: Desk, job: Job, after: Job): Promise<"refused" | "left_behind" | null> {
      if (verb === "expire") return (await isAwaited(desk, job)) ? "refused" : null;
      if (isRetry && (await isLeftBehind(desk, job))) return "left_behind";
      const isHeldUp = (verb === "restart" && (await hasOpenChildren(deps, job))) || (await isTaken(desk, job, after));
      return isHeldUp ? "refused" : null;
    }

    /** What a job's write was decided on beside its own record: it must still be so. */
    function guarded(desk: Desk, { job }: KeptJob, decision: Decision<Answer> | "later"): Decision<Answer> | "later" {
      const parent = verb === "expire" || isRetry ? job.parent?.id : undefined;
      const others = new Set([parent ?? [], condition?.id ?? []].flat());
      const alone = decision !== "later" && verb === "restart" ? withMore(decision, { adds: noneOpen(job) }) : decision;
      return [...others].reduce((guardedSoFar, id) => whileUnmoved(desk, id, guardedSoFar), alone);
    }

    /** Its dead letter can be retried, from the start as nothing else is left, and be deleted. */
    async function setDamagedAside(desk: Desk, kept: KeptJob): Promise<Decision<Answer> | "later"> {
      const letter = deadLetterOf(kept.job, now);
      const next = wished(letter, verb, now);
      const refusal = next ? await refusalOf(desk, letter, next) : "refused";
      const possible = refusal ? null : next;
      const kind = refusal ?? "done";
      const answer = (job: Job): Answer => ({ kind, job });
      const decision = await setAside(
        desk,
        { id: kept.job.id, kept, foundIn: "queued", next: possible ?? undefined, answer },
        now,
      );
      if (decision !== "later" && decision.answer && possible) written.set(kept.job.id, textOf(possible));
      return decision;
    }

    async function decide(batch: readonly JobId[], desk: Desk): Promise<(Decision<Answer> | "later")[]> {
      await desk.load([...batch, condition?.id ?? []].flat().map(jobPlace));
      const steps: Step[] = [];
      for (const id of batch) steps.push(await prepare(id, desk));
      await loadLanes(
        desk,
        steps.flatMap((step) => ("after" in step ? [{ was: step.before.job, after: step.after }] : [])),
      );
      return steps.map((step) => {
        if ("decision" in step) return guarded(desk, step.before, step.decision);
        return "after" in step ? guarded(desk, step.before, plan<Answer>(desk, step, now)) : { ...step, change: null };
      });
    }

    const { answers, kicks } = await decideAgain<JobId, Answer>(deps, ids, { now }, decide);
    const ended = answers.map((answer) => (answer?.kind === "done" ? answer.job : null));
    if (verb === "cancel") kicks.push(...(await tellParents(deps, ended, now)).kicks);
    return { answers: answers.map((answer) => toControlAnswer(answer, kicks)), kicks };
  }

  return {
    controlMany,
    async control(id, owner, verb, now) {
      const { answers } = await controlMany([id], owner, verb, now);
      return answers[0] ?? null;
    },
  };
}

function toControlAnswer(answer: Answer, kicks: readonly Kick[]): ControlAnswer | null {
  return answer?.kind === "done"
    ? { kind: "done", job: answer.job, kicks }
    : answer && { kind: answer.kind, job: answer.job };
}

/** Whether its parent has begun anew since it was made. One that is gone, or whose record is damaged, says nothing. */
async function isLeftBehind(desk: Desk, { parent }: Job): Promise<boolean> {
  if (!parent) return false;
  await desk.load([jobPlace(parent.id)]);
  const kept = desk.job(parent.id);
  return kept !== null && !kept.isDamaged && hasLeftBehind(kept.job, parent);
}

/** Whether its parent goes on, and wants to know what became of it; or may be retried, and would make it anew. */
async function isAwaited(desk: Desk, { parent }: Job): Promise<boolean> {
  if (!parent) return false;
  await desk.load([jobPlace(parent.id)]);
  const kept = desk.job(parent.id);
  return kept !== null && (!isFinished(kept.job) || mayMakeAgain(kept.job, parent));
}

const openPlaces = ({ id, checkpoint }: Job) => groupsOf(checkpoint).map((group) => childrenPlace(id, group, "open"));

/** Whether children of it have not ended. Started anew it would forget them, and whoever cancels them with it. */
async function hasOpenChildren({ ledger }: Deps, job: Job): Promise<boolean> {
  const places = openPlaces(job);
  return places.length > 0 && (await ledger.counters(places)).some((count) => count > 0);
}

/** The same, asked in the write. */
const noneOpen = (job: Job) => openPlaces(job).map((counter) => ({ counter, by: 0, max: 0 }));

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
