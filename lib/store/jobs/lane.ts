import { z } from "zod";
import type { JobId } from "@/lib/core/job";
import type { Add, Change, Move, Put } from "@/lib/core/ledger";
import type { Desk } from "@/lib/store/jobs/create-desk";
import { behindPlace, readyPlace, waitingPlace } from "@/lib/store/jobs/places";

/** Who holds a lane, and how many queued jobs stand behind. Every change of either moves its revision on. */
const Lane = z.object({ holder: z.string().nullable(), waiting: z.int() });

/**
 * An empty lane is kept for a while rather than removed: a new one would begin at revision 1 again,
 * and somebody who had read the old one could take it for that.
 */
const EMPTY_LANE_MS = 3_600_000;

export interface LaneStep {
  readonly change: Change;
  /** Whether the job itself may now be claimed. */
  readonly isReady: boolean;
  /** Whether another job came to its turn. */
  readonly hasAdmitted: boolean;
}

interface Visitor {
  readonly id: JobId;
  readonly queue: string;
}

function readLane(desk: Desk, key: string) {
  const entry = desk.entry(key);
  const lane = entry ? Lane.parse(JSON.parse(entry.text)) : { holder: null, waiting: 0 };
  return { rev: entry?.rev ?? 0, ...lane };
}

export const holderOf = (desk: Desk, key: string): string | null => readLane(desk, key).holder;
export const waitingIn = (desk: Desk, key: string): number => readLane(desk, key).waiting;

function putLane(key: string, rev: number, lane: z.infer<typeof Lane>, now: number): Put {
  const expiresAt = lane.holder === null ? now + EMPTY_LANE_MS : undefined;
  return { key, expect: rev, entry: { rev: rev + 1, text: JSON.stringify(lane) }, expiresAt };
}

/** A job becomes queued: it takes the lane if that is free or its own, and stands behind otherwise. */
export function joinLane(desk: Desk, key: string, { id, queue }: Visitor, rank: number, now: number): LaneStep {
  const { rev, holder, waiting } = readLane(desk, key);
  if (holder === id) return { change: {}, isReady: true, hasAdmitted: false };
  if (holder === null) {
    return { change: { puts: [putLane(key, rev, { holder: id, waiting }, now)] }, isReady: true, hasAdmitted: false };
  }
  const change = {
    puts: [putLane(key, rev, { holder, waiting: waiting + 1 }, now)],
    moves: [{ set: waitingPlace(key), member: id, score: rank }],
    adds: [{ counter: behindPlace(queue), by: 1 }],
  };
  return { change, isReady: false, hasAdmitted: false };
}

/** A queued job that stood behind is taken out of the line. */
export function leaveLine(desk: Desk, key: string, { id, queue }: Visitor, now: number): LaneStep {
  const { rev, holder, waiting } = readLane(desk, key);
  const change = {
    puts: [putLane(key, rev, { holder, waiting: waiting - 1 }, now)],
    moves: [{ set: waitingPlace(key), member: id, score: null }],
    adds: [{ counter: behindPlace(queue), by: -1 }],
  };
  return { change, isReady: false, hasAdmitted: false };
}

/**
 * The holder has ended: the first who waits takes its place. Null if that one is not known
 * in this round, because the lane has moved since it was read.
 */
export function passLaneOn(desk: Desk, key: string, { queue }: Visitor, now: number): LaneStep | null {
  const { rev, waiting } = readLane(desk, key);
  if (waiting === 0) {
    const puts = [putLane(key, rev, { holder: null, waiting }, now)];
    return { change: { puts }, isReady: false, hasAdmitted: false };
  }
  const head = desk.isPlanned(key) ? null : desk.head(key);
  if (!head) return null;
  const puts: Put[] = [putLane(key, rev, { holder: head.member, waiting: waiting - 1 }, now)];
  const moves: Move[] = [
    { set: waitingPlace(key), member: head.member, score: null },
    { set: readyPlace(queue), member: head.member, score: head.score },
  ];
  const adds: Add[] = [{ counter: behindPlace(queue), by: -1 }];
  return { change: { puts, moves, adds }, isReady: false, hasAdmitted: true };
}
