import { type FinishedJob, isFinished, type Job, type JobId } from "@/lib/core/job";
import { eventFrom } from "@/lib/core/job-event";
import type { JobStore, Kick } from "@/lib/core/job-store";
import type { Retention } from "@/lib/core/keeping";
import * as machine from "@/lib/core/state-machine";
import * as waiting from "@/lib/core/waiting";
import { billed } from "@/lib/store/jobs/billing";
import type { Desk } from "@/lib/store/jobs/create-desk";
import { type Decision, type Deps, decideAgain } from "@/lib/store/jobs/decide-again";
import { LATE_MS } from "@/lib/store/jobs/forget";
import { distinct } from "@/lib/store/jobs/kicks";
import { lookAfter } from "@/lib/store/jobs/look-after";
import { DUE, type DueMember, filesTimer, jobPlace, jobTimer, parseDue } from "@/lib/store/jobs/places";
import { loadLanes, plan } from "@/lib/store/jobs/plan";
import { setAside } from "@/lib/store/jobs/set-aside";
import { tellParents } from "@/lib/store/jobs/tell-parents";

export interface TendDeps extends Deps {
  readonly retention: Retention;
}

type Tending =
  | { readonly kind: "promoted" | "rescued" | "kept"; readonly job: Job }
  | { readonly kind: "expired"; readonly job: FinishedJob }
  | null;

/** How long a child outlives its time whose parent needs it, before that is asked again. */
const PUT_OFF_MS = 6 * 3_600_000;

/** Ends and events stay due until somebody has dealt with them. Further pages are read when they fill one. */
const MAX_PAGES = 10;

export function createTend(deps: TendDeps): JobStore["tend"] {
  const { ledger } = deps;

  return async function tend(now, limit) {
    const due: DueMember[] = [];
    const tended: Tending[] = [];
    const kicks: Kick[] = [];
    let isFull = true;
    let hasMoved = false;
    for (let page = 0; isFull && !hasMoved && page < MAX_PAGES; page += 1) {
      const members = await ledger.range({ set: DUE, max: now, offset: page * limit, limit });
      const found = members.map(({ member }) => parseDue(member));
      const ids = found.flatMap((member) => (member.kind === "job" ? member.id : []));
      const jobs = await tendJobs(deps, ids, now, "due");
      const queues = found.flatMap((member) => (member.kind === "kick" ? member.queue : []));
      kicks.push(...jobs.kicks, ...(await lookAfter(deps, queues, now)));
      due.push(...found);
      tended.push(...jobs.answers);
      isFull = members.length === limit;
      hasMoved = queues.length > 0 || jobs.answers.some((answer) => answer?.kind !== "expired");
    }
    return {
      promoted: tended.filter((answer) => answer?.kind === "promoted").length,
      rescued: tended.filter((answer) => answer?.kind === "rescued").length,
      kicks: distinct(kicks),
      expired: tended.flatMap((answer) => (answer?.kind === "expired" ? answer.job : [])),
      events: due.flatMap((member) => (member.kind === "event" ? eventFrom(member.eventId) : [])),
      late: due.flatMap((member) => (member.kind === "files" ? member.id : [])),
      hasMore: isFull && limit > 0,
    };
  };
}

/** Promotes and rescues these jobs, as far as their time has come; `whatever`: leases that have not run out too. */
export async function tendJobs(deps: TendDeps, ids: readonly JobId[], now: number, lease: "due" | "whatever") {
  const { retention } = deps;

  function moved(job: Job, desk: Desk): Job | null {
    if (job.state === "running" && (lease === "whatever" || job.leasedUntil <= now)) {
      return billed(machine.rescue(job, { now, retention }), "promote", ids.length);
    }
    if (isOver(job, now)) return isNeeded(job, desk) ? machine.keepUntil(job, now + PUT_OFF_MS) : null;
    const promoted = waiting.promote(job, now);
    return promoted && billed(promoted, "promote", ids.length);
  }

  async function decide(batch: readonly JobId[], desk: Desk) {
    await desk.load(batch.map(jobPlace));
    const over = batch.flatMap((id) => desk.job(id)?.job ?? []).filter((job) => isOver(job, now));
    await desk.load(over.flatMap(({ parent }) => (parent ? [jobPlace(parent.id)] : [])));
    const steps = batch.map((id) => {
      const kept = desk.job(id);
      return { id, kept, after: kept && !kept.isDamaged ? moved(kept.job, desk) : null };
    });
    await loadLanes(
      desk,
      steps.flatMap(({ kept, after }) => (kept && after ? [{ was: kept.job, after }] : [])),
    );
    const damaged = new Map<JobId, Decision<Tending> | "later">();
    for (const { id, kept } of steps) {
      // Only with a worker is there both a count of those that run and a timer that has come.
      if (kept?.isDamaged)
        damaged.set(id, await setAside(desk, { id, kept, foundIn: "running", answer: () => null }, now));
    }
    return steps.map(({ id, kept, after }): Decision<Tending> | "later" => {
      const decided = damaged.get(id);
      if (decided) return decided;
      if (!kept) return { answer: null, change: withoutRecord(id, now) };
      const { job } = kept;
      if (after) {
        const kind = isFinished(job) ? "kept" : job.state === "running" ? "rescued" : "promoted";
        return plan<Tending>(desk, { before: kept, after, answer: { kind, job: after } }, now);
      }
      return { answer: isOver(job, now) ? { kind: "expired", job } : null, change: null };
    });
  }

  const { answers, kicks } = await decideAgain(deps, ids, { now }, decide);
  const rescued = answers.map((answer) => (answer?.kind === "rescued" ? answer.job : null));
  return { answers, kicks: [...kicks, ...(await tellParents(deps, rescued, now)).kicks] };
}

const isOver = (job: Job, now: number): job is FinishedJob => isFinished(job) && job.expiresAt <= now;

/** A parent that may go on, or be retried, wants to know what became of its children. */
function isNeeded({ parent }: Job, desk: Desk): boolean {
  const kept = parent && desk.job(parent.id);
  return kept !== null && kept.job.state !== "completed";
}

/** Its record has gone by itself, long after its time: so does its timer, and its files, which nobody has removed. */
const withoutRecord = (id: JobId, now: number) => ({
  puts: [{ key: jobPlace(id), expect: 0, entry: null }],
  moves: [
    { set: DUE, member: jobTimer(id), score: null },
    { set: DUE, member: filesTimer(id), score: now + LATE_MS }, // somebody else may be forgetting it just now, and be waiting for late ones
  ],
});
