import type { Job } from "@/lib/core/job";
import type { Put } from "@/lib/core/ledger";
import { decideStart, NO_STARTS, promiseSlot, type Rate, RateState } from "@/lib/core/rate-limit";
import { isBeginning } from "@/lib/core/time-limit";
import type { Desk } from "@/lib/store/jobs/create-desk";
import { keyRatePlace, queueRatePlace } from "@/lib/store/jobs/places";

/** What rates say to a job that a worker would take; `puts` note it. */
export type Admission =
  | { readonly kind: "admitted"; readonly puts: readonly Put[] }
  /** The job is put off until a slot of its own. */
  | { readonly kind: "putOff"; readonly until: number; readonly puts: readonly Put[] }
  /** No job of the queue may begin before. */
  | { readonly kind: "full"; readonly until: number };

/** A key's starts are kept as long as they count, and longer than anybody could hold a revision of them. */
const NET_MS = 3_600_000;

/** Where the starts are noted that a claim of this job depends on. */
export function ratePlacesOf(job: Job, queueRate: Rate | null): string[] {
  if (!isBeginning(job)) return [];
  const key = keyPlace(job);
  return [...(queueRate ? [queueRatePlace(job.queue)] : []), ...(key === null ? [] : [key])];
}

const keyPlace = (job: Job) => (job.limits?.rate ? keyRatePlace(job, job.limits.rate.key) : null);

/** Whether this job may begin an attempt now. One that goes on with an attempt may always. */
export function admit(desk: Desk, job: Job, queueRate: Rate | null, now: number): Admission {
  if (!isBeginning(job)) return { kind: "admitted", puts: [] };
  const puts: Put[] = [];
  if (queueRate) {
    const place = queueRatePlace(job.queue);
    const { rev, state } = read(desk, place);
    const decision = decideStart(state, queueRate, { now, slotAt: null });
    if (decision.kind === "wait") return { kind: "full", until: decision.at };
    puts.push(write(place, rev, decision.state, undefined));
  }
  const rate = job.limits?.rate;
  const place = keyPlace(job);
  if (!rate || place === null) return { kind: "admitted", puts };

  const { rev, state } = read(desk, place);
  const decision = decideStart(state, rate, { now, slotAt: rate.slotAt });
  if (decision.kind === "start") {
    const put = write(place, rev, decision.state, Math.max(now, state.promisedUntil) + rate.perMs + NET_MS);
    return { kind: "admitted", puts: [...puts, put] };
  }
  const hasSlot = rate.slotAt !== null && rate.slotAt <= now;
  if (hasSlot) return { kind: "putOff", until: decision.at, puts: [] };
  const { at, state: promised } = promiseSlot(state, rate, decision.at);
  return { kind: "putOff", until: at, puts: [write(place, rev, promised, at + rate.perMs + NET_MS)] };
}

function read(desk: Desk, place: string) {
  const entry = desk.entry(place);
  return { rev: entry?.rev ?? 0, state: entry ? RateState.parse(JSON.parse(entry.text)) : NO_STARTS };
}

const write = (key: string, rev: number, state: RateState, expiresAt: number | undefined): Put => ({
  key,
  expect: rev,
  entry: { rev: rev + 1, text: JSON.stringify(state) },
  expiresAt,
});
