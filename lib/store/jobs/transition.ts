import { createHash } from "node:crypto";
import type { ChildCounts } from "@/lib/core/children";
import { type FinishedJob, isFinished, type Job, type JobIn } from "@/lib/core/job";
import { eventOf } from "@/lib/core/job-event";
import { keptCountOf } from "@/lib/core/keeping";
import type { Add, Change, Move, Put } from "@/lib/core/ledger";
import type { Desk } from "@/lib/store/jobs/create-desk";
import { type KeptJob, textOf } from "@/lib/store/jobs/job-text";
import { holderOf, joinLane, type LaneStep, leaveLine, passLaneOn } from "@/lib/store/jobs/lane";
import {
  activePlace,
  childrenPlace,
  completedPlace,
  DUE,
  eventTimer,
  failureMember,
  failuresPlace,
  jobPlace,
  jobTimer,
  keptPlace,
  lanePlace,
  ownerPlace,
  readyPlace,
  runningPlace,
  spawnedPlace,
  uniquePlace,
} from "@/lib/store/jobs/places";

/** A finished record removes itself so long after its time, should nobody have forgotten it. */
const NET_MS = 7 * 24 * 3_600_000;

/** Whatever is there: another guard of the same change already says that it is ours. */
export const ANY = { below: Number.MAX_SAFE_INTEGER } as const;

export interface Transition {
  readonly change: Change;
  /** Whether a job came to be claimable, so that its queue wants a worker. */
  readonly isWakeUp: boolean;
}

/**
 * All that has to be written, together, when a job goes from one state to another: its record and every
 * place that says where it stands. Null if its lane has to be read anew first.
 */
export function transition(
  desk: Desk,
  before: KeptJob | null,
  after: Job,
  { now, concurrency, maxActive }: { now: number; concurrency?: number | null; maxActive?: number | undefined },
): Transition | null {
  const was = before?.job ?? null;
  const lane = laneStep(desk, was, after, now);
  if (!lane) return null;

  const rev = before?.rev ?? 0;
  const puts = joined([putJob(rev, after)], putUnique(desk, was, after), lane.change.puts);
  const moves = joined(
    moveTimer(was, after),
    moveFailure(was, after, now),
    moveKept(was, after, now),
    lane.change.moves,
  );
  const adds = joined(
    addRunning(was, after, concurrency ?? undefined),
    addActive(was, after, maxActive),
    addChild(was, after),
    lane.change.adds,
  );

  const ready = readyPlace(after.queue);
  if (was?.state === "queued") moves.push({ set: ready, member: after.id, score: null });
  if (after.state === "queued" && lane.isReady) moves.push({ set: ready, member: after.id, score: after.rank });
  if (!was) moves.push({ set: listPlace(after), member: after.id, score: after.createdAt });
  if (isFinished(after) && !(was && isFinished(was))) {
    moves.push({ set: DUE, member: eventTimer(eventOf(after).id), score: now });
    const { owner, name, concurrencyKey: key } = after;
    if (after.state === "completed" && key !== null) {
      moves.push({ set: completedPlace(owner, name, key), member: after.id, score: after.finishedAt });
    }
  }
  const isWakeUp = lane.hasAdmitted || (after.state === "queued" && lane.isReady);
  return { change: { puts, moves, adds }, isWakeUp };
}

/** What most jobs have to change in most places. */
const NONE: readonly never[] = [];

/** One list of several, of which most are empty. */
function joined<Item>(...lists: readonly (readonly Item[] | undefined)[]): Item[] {
  const all: Item[] = [];
  for (const list of lists) if (list) for (const item of list) all.push(item);
  return all;
}

/** Lanes that a transition has to know, or null: a job that its worker gives back keeps the lane it holds. */
export function laneOf(was: Job | null, after: Job): string | null {
  const isJoining = after.state === "queued" && !(was && HOLDS_ITS_LANE.has(was.state));
  const isLeavingLine = was?.state === "queued" && after.state === "paused";
  return isJoining || isLeavingLine || isFinished(after) ? lanePlace(after) : null;
}
const HOLDS_ITS_LANE: ReadonlySet<Job["state"]> = new Set(["running", "waiting", "retrying"]);

function laneStep(desk: Desk, was: Job | null, after: Job, now: number): LaneStep | null {
  const key = laneOf(was, after);
  if (key === null) return { change: {}, isReady: true, hasAdmitted: false };
  const step = stepIn(key, desk, was, after, now);
  // What this round plans may be refused. A step that shows the lane's revision is then refused with it; one
  // that leaves the lane alone would not notice, so it waits until the lane is known.
  return desk.isPlanned(key) && !step?.change.puts ? null : step;
}

function stepIn(key: string, desk: Desk, was: Job | null, after: Job, now: number): LaneStep | null {
  if (after.state === "queued") return joinLane(desk, key, after, after.rank, now);
  if (holderOf(desk, key) !== after.id) {
    if (was?.state === "queued") return leaveLine(desk, key, after, now);
    return { change: {}, isReady: false, hasAdmitted: false };
  }
  if (isFinished(after)) return passLaneOn(desk, key, after, now);
  return { change: {}, isReady: false, hasAdmitted: false };
}

/**
 * The record of a job in place of the one with this revision; 0: of none. A new one begins at the time, for a job may be
 * made, removed and made again under one id: what somebody still knows of the first must not pass for the second.
 */
export function putJob(rev: number, job: Job): Put {
  const next = rev === 0 ? job.createdAt : rev + 1;
  return { key: jobPlace(job.id), expect: rev, entry: { rev: next, text: textOf(job) }, expiresAt: expiryOf(job) };
}

/** When a job's record goes by itself; undefined: it stays. */
const expiryOf = (job: Job): number | undefined => (isFinished(job) ? job.expiresAt + NET_MS : undefined);

const holdsUnique = (job: Job | null) =>
  job !== null && job.uniqueKey !== null && job.replacedBy === null && !isFinished(job);

/** An unfinished job holds its unique key, unless another has taken that over: then it is not its to give away. */
function putUnique(desk: Desk, was: Job | null, after: Job): readonly Put[] {
  if (after.uniqueKey === null || after.replacedBy !== null || holdsUnique(was) === holdsUnique(after)) return NONE;
  const key = uniquePlace(after, after.uniqueKey);
  if (isFinished(after)) return [{ key, expect: ANY, entry: null }];
  const rev = desk.entry(key)?.rev ?? 0;
  return [{ key, expect: rev, entry: { rev: holderRev(after.id), text: after.id } }];
}

/**
 * A key that was given away is gone, and would begin at revision 1 again: whoever had read it before could take the next
 * holder's for the one he saw. So its revision is the holder's own, from 1 to 2²⁸.
 */
const holderRev = (id: Job["id"]): number =>
  Number.parseInt(createHash("sha256").update(id).digest("hex").slice(0, 7), 16) + 1;

/** When the store has to look at a job again; null if only somebody's wish moves it on. */
export function timerOf(job: Job): number | null {
  if (job.state === "running") return job.leasedUntil;
  if (isFinished(job)) return job.expiresAt;
  return job.state === "queued" || job.state === "paused" ? null : job.runAt;
}

function moveTimer(was: Job | null, after: Job): readonly Move[] {
  const score = timerOf(after);
  return score === (was && timerOf(was)) ? NONE : [{ set: DUE, member: jobTimer(after.id), score }];
}

/**
 * Failed jobs stand in two sets until they are retried or on their way out: two commands for a job that fails, and
 * none for any other.
 */
function moveFailure(was: Job | null, after: Job, now: number): readonly Move[] {
  const isLeaving = after.state !== "failed" || after.expiresAt <= now;
  if (was?.state === "failed" && isLeaving) return failureMoves(was, null);
  // A child that was on its way out is kept after all when its parent may still ask for it: it comes back.
  const isThere = was?.state === "failed" && was.expiresAt > now;
  return isLeaving || isThere ? NONE : failureMoves(after, after.finishedAt);
}

/** Puts a failed job among the failures, or takes it out of them. */
export function failureMoves({ id, owner, fingerprint }: JobIn<"failed">, score: number | null): readonly Move[] {
  if (fingerprint === null) return NONE;
  const member = failureMember(fingerprint, id);
  return [null, owner].map((whose) => ({ set: failuresPlace(whose), member, score }));
}

/** Jobs of which only so many are kept stand in a set of their own; the others cost nothing. */
function moveKept(was: Job | null, after: Job, now: number): readonly Move[] {
  const isKept = isFinished(after) && keptCountOf(after) !== null && after.expiresAt > now;
  if (was && isFinished(was)) return isKept ? NONE : leaveKept(was);
  return isKept ? [{ set: keptPlace(after), member: after.id, score: after.finishedAt }] : NONE;
}

/** Takes a finished job out of those that are counted. */
export const leaveKept = (job: FinishedJob): readonly Move[] =>
  keptCountOf(job) === null ? NONE : [{ set: keptPlace(job), member: job.id, score: null }];

function addRunning(was: Job | null, after: Job, max: number | undefined): readonly Add[] {
  const by = Number(after.state === "running") - Number(was?.state === "running");
  if (by === 0) return NONE;
  return [{ counter: runningPlace(after.queue), by, max: by > 0 ? max : undefined }];
}

/** Where it is listed: children stand with their parent, and do not bury what their owner has asked for. */
export const listPlace = ({ owner, parent }: Job): string => (parent ? spawnedPlace(parent.id) : ownerPlace(owner));

/** Keeps count of a parent's children by state, in the write that changes it. */
function addChild(was: Job | null, after: Job): readonly Add[] {
  const { parent } = after;
  if (!parent) return NONE;
  const [from, to] = [was && countedAs(was), countedAs(after)];
  if (from === to) return NONE;
  const left = from === null ? NONE : [{ counter: childrenPlace(parent.id, parent, from), by: -1 }];
  return [...left, { counter: childrenPlace(parent.id, parent, to), by: 1 }];
}

const countedAs = (job: Job): keyof ChildCounts => (isFinished(job) ? job.state : "open");

/** Costs no command of its own: it is read and written with the counter of the queue and the records. */
function addActive(was: Job | null, after: Job, max: number | undefined): readonly Add[] {
  if (after.parent) return NONE; // its parent counts for it
  const by = Number(!isFinished(after)) - Number(was !== null && !isFinished(was));
  if (by === 0) return NONE;
  return [{ counter: activePlace(after.owner), by, max: by > 0 ? max : undefined }];
}
