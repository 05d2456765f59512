import { JobId } from "@/lib/core/job";
import type { ClaimRequest, HeldJob, JobStore } from "@/lib/core/job-store";
import * as machine from "@/lib/core/state-machine";
import { billed } from "@/lib/store/jobs/billing";
import type { Desk } from "@/lib/store/jobs/create-desk";
import { type Decision, type Deps, decideAgain } from "@/lib/store/jobs/decide-again";
import { takeKickBack, unlessPaused } from "@/lib/store/jobs/kicks";
import { jobPlace, pausedPlace, readyPlace } from "@/lib/store/jobs/places";
import { plan } from "@/lib/store/jobs/plan";
import { salvage } from "@/lib/store/jobs/salvage";
import { setAside } from "@/lib/store/jobs/set-aside";

/** An empty line is looked at again after the kick was taken back; this often it may fill up in between. */
const MAX_LOOKS = 5;

export function createClaim(deps: Deps): JobStore["claim"] {
  const { ledger } = deps;

  async function take(request: ClaimRequest, candidates: readonly JobId[]) {
    const { queue, now, leasedUntil } = request;
    const seen = new Map<JobId, number>();
    let isPaused = false;
    const { answers, members } = await decideAgain<JobId, HeldJob | null>(
      deps,
      candidates,
      { now, first: takeKickBack(queue, leasedUntil), range: { set: readyPlace(queue), limit: 1 } },
      async (ids, desk, round) => {
        await desk.load([...ids.map(jobPlace), pausedPlace(queue)]);
        isPaused = desk.entry(pausedPlace(queue)) !== null;
        const decisions: (Decision<HeldJob | null> | "later")[] = [];
        for (const id of ids) {
          const candidate = { id, size: candidates.length, isRepeated: round > 0, seen };
          decisions.push(
            desk.job(id)?.isDamaged ? await setAsideFrom(desk, request, id) : decide(desk, request, candidate),
          );
        }
        return decisions;
      },
    );
    return { held: answers.filter((held) => held !== null), isEmpty: isPaused || members.length === 0 };
  }

  return async function claim(request) {
    const { queue, limit } = request;
    if (request.candidates?.length === 0) return { held: [], isEmpty: true };
    const set = readyPlace(queue);
    let candidates = request.candidates?.slice(0, limit) ?? idsOf(await ledger.range({ set, limit }));
    for (let look = 0; candidates.length === 0 && look < MAX_LOOKS; look += 1) {
      const { members } = await ledger.applyAndRange([takeKickBack(queue, null)], { set, limit });
      if (members.length === 0) return { held: [], isEmpty: true };
      candidates = idsOf(members);
    }
    return take(request, candidates);
  };
}

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

interface Candidate {
  readonly id: JobId;
  readonly size: number;
  readonly isRepeated: boolean;
  /** The revisions at which this call has already tried to take jobs. */
  readonly seen: Map<JobId, number>;
}

function decide(
  desk: Desk,
  { queue, concurrency, token, now, leasedUntil }: ClaimRequest,
  { id, size, isRepeated, seen }: Candidate,
): Decision<HeldJob | null> | "later" {
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
  // The first answer to this very call was lost: the job is ours already.
  if (isRepeated && job.state === "running" && job.token === token) return { answer: { rev, job }, change: null };
  if (job.state !== "queued" || job.queue !== queue) return { answer: null, change: null };
  if (desk.entry(pausedPlace(queue)) !== null) return { answer: null, change: null };
  // Refused, and yet nobody has changed it: as many jobs run as may.
  if (seen.get(id) === rev) return { answer: null, change: null };
  seen.set(id, rev);

  const running = billed(machine.claim(job, { token, leasedUntil, now }), "claim", size);
  const answer = { rev: rev + 1, job: running };
  const planned = plan(desk, { before: kept, after: running, answer }, now, { concurrency });
  if (planned === "later") return planned;
  return { ...planned, change: { ...planned.change, puts: [...(planned.change?.puts ?? []), unlessPaused(queue)] } };
}
