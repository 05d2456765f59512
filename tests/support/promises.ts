import { isDeepStrictEqual } from "node:util";
import { isFinished, type Job } from "@/lib/core/job";
import type { Verb } from "@/lib/core/job-store";
import { keptCountOf } from "@/lib/core/keeping";
import type { Ledger } from "@/lib/core/ledger";
import {
  behindPlace,
  DUE,
  failuresPlace,
  keptPlace,
  lanePlace,
  pausedPlace,
  readyPlace,
  runningPlace,
  uniquePlace,
  waitingPlace,
} from "@/lib/store/jobs/places";
import { createStanding, groupOf, type Holdings } from "@/tests/support/standing";

/** Says what is wrong with what a store has written; nothing, if every job stands where its state says. */
export async function brokenPromises(
  ledger: Ledger,
  player: { jobs(): Promise<Job[]>; now(): number },
): Promise<string[]> {
  const jobs = await player.jobs();
  const queues = [...new Set(["tests", "mails", ...jobs.map(({ queue }) => queue)])];
  const byLane = byPlace(jobs, lanePlace);
  const byGroup = byPlace(jobs, groupOf);
  const holdings = await holdingsOf(ledger, jobs, queues);
  const standing = createStanding(holdings, new Set(jobs.map(({ id }) => id)), player.now);
  return [
    ...jobs.flatMap(standing.ofJob),
    ...[...holdings.membersOf(failuresPlace(null)).keys()].flatMap(standing.ofFailure),
    ...[...byLane].flatMap(([lane, sharing]) => standing.ofLane(lane, sharing)),
    ...[...byGroup].flatMap(([place, children]) => standing.ofGroup(place, children)),
    ...queues.flatMap((queue) =>
      standing.ofQueue(
        queue,
        jobs.filter((job) => job.queue === queue),
      ),
    ),
  ];
}

function byPlace(jobs: readonly Job[], placeOf: (job: Job) => string | null): Map<string, Job[]> {
  const found = new Map<string, Job[]>();
  for (const [place, sharing] of Map.groupBy(jobs, placeOf)) if (place !== null) found.set(place, sharing);
  return found;
}

/** All of a ledger that these jobs may stand in. */
async function holdingsOf(ledger: Ledger, jobs: readonly Job[], queues: readonly string[]): Promise<Holdings> {
  const lanes = jobs.flatMap((job) => lanePlace(job) ?? []);
  const sets = [
    DUE,
    failuresPlace(null),
    ...jobs.flatMap((job) => [
      failuresPlace(job.owner),
      ...["completed", "failed"].map((state) => keptPlace({ ...job, state })),
    ]),
    ...queues.map(readyPlace),
    ...lanes.map(waitingPlace),
  ];
  const keys = [
    ...jobs.flatMap((job) => (job.uniqueKey === null ? [] : uniquePlace(job, job.uniqueKey))),
    ...lanes,
    ...queues.map(pausedPlace),
  ];
  const counters = [
    ...jobs.flatMap((job) => groupOf(job) ?? []),
    ...queues.flatMap((queue) => [runningPlace(queue), behindPlace(queue)]),
  ];
  const members = new Map<string, ReadonlyMap<string, number>>();
  for (const set of new Set(sets)) {
    const found = await ledger.range({ set, limit: 1_000 });
    members.set(set, new Map(found.map(({ member, score }) => [member, score])));
  }
  const entries = await ledger.read(keys);
  const texts = new Map(keys.map((key, i) => [key, entries[i]?.text ?? null]));
  const values = await ledger.counters(counters);
  const counts = new Map(counters.map((name, i) => [name, values[i] ?? 0]));
  return {
    membersOf: (set) => found(members, set),
    textAt: (key) => found(texts, key),
    countOf: (counter) => found(counts, counter),
  };
}

function found<Value>(map: ReadonlyMap<string, Value>, name: string): Value {
  const value = map.get(name);
  if (value === undefined) throw new Error(`${name} was not read.`);
  return value;
}

const MOVES_AN_END: ReadonlySet<Verb | null> = new Set<Verb | null>(["retry", "restart", "expire"]);

/** Says what happened to a job that never may, whatever was asked: progress fell, or an end was undone. */
export function brokenHistory(before: readonly Job[], after: readonly Job[], verb: Verb | null): string[] {
  return after.flatMap((job) => {
    const was = before.find(({ id }) => id === job.id);
    if (!was) return [];
    const hasFallen = job.percent < was.percent && verb !== "restart";
    // Its time may change: with its parent's, or because others came of which only so many are kept.
    const mayExpire = isFinished(job) && (job.parent || keptCountOf(job) !== null);
    const kept = mayExpire ? { ...was, expiresAt: job.expiresAt } : was;
    const isUndone = isFinished(was) && !isDeepStrictEqual(kept, job) && !MOVES_AN_END.has(verb);
    return [
      ...(hasFallen ? [`${job.id} fell from ${was.percent} to ${job.percent} %`] : []),
      ...(isUndone ? [`${job.id} had ended as ${was.state} and is ${job.state}`] : []),
    ];
  });
}
