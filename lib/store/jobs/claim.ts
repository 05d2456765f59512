import { claim as claimJob, putOff } from "@/lib/core/claim-job";
import { JobId, type JobIn } from "@/lib/core/job";
import type { ClaimRequest, HeldJob, JobStore } from "@/lib/core/job-store";
import type { Put } from "@/lib/core/ledger";
import type { Rate } from "@/lib/core/rate-limit";
import { billed } from "@/lib/store/jobs/billing";
import type { Desk } from "@/lib/store/jobs/create-desk";
import { type Decision, type Deps, decideAgain } from "@/lib/store/jobs/decide-again";
import type { KeptJob } from "@/lib/store/jobs/job-text";
import { delayedKick, takeKickBack, unlessPaused } from "@/lib/store/jobs/kicks";
import { jobPlace, pausedPlace, queueRatePlace, readyPlace } from "@/lib/store/jobs/places";
import { kicksOf, plan } from "@/lib/store/jobs/plan";
import { admit, ratePlacesOf } from "@/lib/store/jobs/rates";
import { salvage } from "@/lib/store/jobs/salvage";
import { setAside } from "@/lib/store/jobs/set-aside";
import { withMore } from "@/lib/store/jobs/unmoved";

/** An empty line is looked at again after the kick was taken back; this often it may fill up in between. */
const MAX_LOOKS = 5;
/** Those who claim under one rate are refused for each other's sake. After so many rounds the rest is left to them. */
const MAX_RATED_ROUNDS = 12;
/** So long after a rate has room again, the queue is looked after, should the kick for it be lost. */
const GRACE_MS = 15_000;

export function createClaim(deps: Deps): JobStore["claim"] {
  const { ledger } = deps;

  async function take(request: ClaimRequest, candidates: readonly JobId[]) {
    const { queue, now, leasedUntil, rate = null } = request;
    const call: Call = {
      request,
      size: candidates.length,
      tried: new Map(),
      marks: new Map(),
      fullUntil: null,
      isPaused: false,
    };
    const lookAgainAt = () => (call.fullUntil === null ? leasedUntil : call.fullUntil + GRACE_MS);
    let lookedAfterAt = leasedUntil;
    const first = () => {
      lookedAfterAt = lookAgainAt();
      return takeKickBack(queue, lookedAfterAt);
    };

    const { answers, members, kicks } = await decideAgain<JobId, HeldJob | null>(
      deps,
      candidates,
      { now, first, range: { set: readyPlace(queue), limit: 1 } },
      async (ids, desk, round) => {
        await desk.load([...ids.map(jobPlace), pausedPlace(queue), ...(rate ? [queueRatePlace(queue)] : [])]);
        const jobs = ids.flatMap((id) => desk.job(id)?.job ?? []);
        await desk.load(jobs.flatMap((job) => ratePlacesOf(job, rate)));
        for (const id of ids) call.marks.set(id, markOf(desk, id, rate));
        call.isPaused = desk.entry(pausedPlace(queue)) !== null;
        call.fullUntil = null;
        const decisions: (Decision<HeldJob | null> | "later")[] = [];
        for (const id of ids) {
          const isDamaged = desk.job(id)?.isDamaged === true;
          decisions.push(isDamaged ? await setAsideFrom(desk, request, id) : decide(desk, call, id, round));
        }
        return decisions;
      },
    );
    if (lookAgainAt() > lookedAfterAt) await ledger.apply([takeKickBack(queue, lookAgainAt())]);
    const { fullUntil, isPaused } = call;
    return {
      held: answers.filter((held) => held !== null),
      isEmpty: isPaused || fullUntil !== null || members.length === 0,
      kicks: fullUntil === null ? kicks : [...kicks, delayedKick(queue, fullUntil, now)],
    };
  }

  return async function claim(request) {
    const { queue, limit } = request;
    if (request.candidates?.length === 0) return NOTHING;
    const set = readyPlace(queue);
    let candidates = request.candidates?.slice(0, limit) ?? idsOf(await ledger.range({ set, limit }));
    for (let look = 0; candidates.length === 0 && look < MAX_LOOKS; look += 1) {
      const { members } = await ledger.applyAndRange([takeKickBack(queue, null)], { set, limit });
      if (members.length === 0) return NOTHING;
      candidates = idsOf(members);
    }
    return take(request, candidates);
  };
}

const NOTHING = { held: [], isEmpty: true, kicks: [] };

const idsOf = (members: readonly { readonly member: string }[]) => members.map(({ member }) => JobId.parse(member));

/**
 * A damaged record leaves the line, whatever it says of itself. As long as it tells of a worker it stays otherwise: that
 * one may yet write it anew.
 */
async function setAsideFrom(desk: Desk, { queue, now }: ClaimRequest, id: JobId) {
  const kept = desk.job(id);
  const leave = { set: readyPlace(queue), member: id, score: null };
  if (!kept) return "later";
  const { state } = salvage(id, desk.entry(jobPlace(id))?.text ?? "", "queued");
  if (state !== "queued") return { answer: null, change: { moves: [leave] } };
  const decision = await setAside(desk, { id, kept, foundIn: "queued", answer: () => null }, now);
  if (decision === "later") return decision;
  return { ...decision, change: { ...decision.change, moves: [...(decision.change?.moves ?? []), leave] } };
}

/** What one call knows while it decides, round after round. */
interface Call {
  readonly request: ClaimRequest;
  readonly size: number;
  /** The revisions on which a job is decided in this round: its own, and those of its rates. */
  readonly marks: Map<JobId, string>;
  /** On which of them this call has tried to take it, and how often. */
  readonly tried: Map<JobId, { readonly mark: string; readonly times: number }>;
  /** When the queue's rate has room again; null while it has. */
  fullUntil: number | null;
  isPaused: boolean;
}

function markOf(desk: Desk, id: JobId, rate: Rate | null): string {
  const kept = desk.job(id);
  const places = kept ? ratePlacesOf(kept.job, rate) : [];
  return places.reduce((mark, place) => `${mark},${desk.entry(place)?.rev ?? 0}`, String(kept?.rev));
}

/**
 * Whether it makes sense to try: refused before, and yet nothing has moved, means that as many jobs run as may. Under
 * a rate it may also mean that another job of this call was refused first, so there it is tried twice.
 */
function isWorthTrying(call: Call, id: JobId, isRated: boolean, round: number): boolean {
  const mark = call.marks.get(id) ?? "";
  const before = call.tried.get(id);
  const times = before?.mark === mark ? before.times + 1 : 1;
  call.tried.set(id, { mark, times });
  return isRated ? times <= 2 && round < MAX_RATED_ROUNDS : times === 1;
}

function decide(desk: Desk, call: Call, id: JobId, round: number): Decision<HeldJob | null> | "later" {
  const { queue, token, now, rate = null } = call.request;
  const kept = desk.job(id);
  if (!kept) {
    // Its record is gone for good; a name without one would stand in the line for ever.
    const change = {
      puts: [{ key: jobPlace(id), expect: 0, entry: null }],
      moves: [{ set: readyPlace(queue), member: id, score: null }],
    };
    return { answer: null, change };
  }
  const { rev, job } = kept;
  // The first answer to this very call was lost: the job is ours already, or a rate has put it off.
  if (round > 0 && job.state === "running" && job.token === token) return { answer: { rev, job }, change: null };
  if (round > 0 && job.state === "scheduled") return { ...NOT_TAKEN, kicks: kicksOf(job, now) };
  if (job.state !== "queued" || job.queue !== queue || call.isPaused) return NOT_TAKEN;
  if (!isWorthTrying(call, id, ratePlacesOf(job, rate).length > 0, round)) return NOT_TAKEN;

  const admission = admit(desk, job, rate, now);
  if (admission.kind === "full") {
    call.fullUntil = admission.until;
    return NOT_TAKEN;
  }
  if (admission.kind === "putOff") {
    const after = billed(putOff(job, admission.until, now), "promote", call.size);
    return withPuts(desk, plan(desk, { before: kept, after, answer: null }, now), admission.puts);
  }
  return takeJob(desk, call, { rev, job }, admission.puts);
}

const NOT_TAKEN: Decision<null> = { answer: null, change: null };

function takeJob(desk: Desk, call: Call, before: KeptJob<JobIn<"queued">>, puts: readonly Put[]) {
  const { queue, concurrency, token, now, leasedUntil } = call.request;
  const after = billed(claimJob(before.job, { token, leasedUntil, now }), "claim", call.size);
  const answer: HeldJob = { rev: before.rev + 1, job: after };
  const planned = plan<HeldJob | null>(desk, { before, after, answer }, now, { concurrency });
  return withPuts(desk, planned, [...puts, unlessPaused(queue)]);
}

function withPuts<Answer>(desk: Desk, decision: Decision<Answer> | "later", puts: readonly Put[]) {
  if (decision === "later") return decision;
  desk.plan({ puts });
  return withMore(decision, { puts });
}
