import { isDeepStrictEqual } from "node:util";
import { isFinished, type Job } from "@/lib/core/job";
import type { Verb } from "@/lib/core/job-store";
import { keptCountOf } from "@/lib/core/keeping";
import type { Ledger } from "@/lib/core/ledger";
import {
  behindPlace,
  childrenPlace,
  DUE,
  failureMember,
  failuresPlace,
  keptPlace,
  lanePlace,
  parseFailure,
  pausedPlace,
  readyPlace,
  runningPlace,
  uniquePlace,
  waitingPlace,
} from "@/lib/store/jobs/places";
import { timerOf } from "@/lib/store/jobs/transition";

/** Jobs that hold their lane: no two of them may share a concurrency key. */
const HOLDING: ReadonlySet<Job["state"]> = new Set(["running", "waiting", "retrying"]);

/** Says what is wrong with what a store has written; nothing, if every job stands where its state says. */
export async function brokenPromises(
  ledger: Ledger,
  player: { jobs(): Promise<Job[]>; now(): number },
): Promise<string[]> {
  const jobs = await player.jobs();
  const queues = [...new Set(["tests", "mails", ...jobs.map(({ queue }) => queue)])];
  const found = new Map<string, Map<string, number>>();
  const membersOf = async (set: string) => {
    const known = found.get(set);
    if (known) return known;
    const members = await ledger.range({ set, limit: 1_000 });
    const scores = new Map(members.map(({ member, score }) => [member, score]));
    found.set(set, scores);
    return scores;
  };
  const due = await membersOf(DUE);
  const ready = new Map<string, number>();
  for (const queue of queues) for (const [id, score] of await membersOf(readyPlace(queue))) ready.set(id, score);
  const byLane = Map.groupBy(jobs, lanePlace);
  const lanes = [...byLane.keys()].filter((lane) => lane !== null);
  const waiting = new Map<string, number>();
  for (const lane of lanes) for (const [id, score] of await membersOf(waitingPlace(lane))) waiting.set(id, score);

  const failures = await membersOf(failuresPlace(null));

  const broken: string[] = [];
  /** Asked after every write of thousands of runs: the sentence is made only where it is needed. */
  const promise = (holds: boolean, sentence: () => string) => {
    if (!holds) broken.push(sentence());
  };

  for (const job of jobs) {
    const isInLine = Number(ready.has(job.id)) + Number(waiting.has(job.id));
    promise(
      isInLine === Number(job.state === "queued"),
      () => `${job.id} is ${job.state} and stands in ${isInLine} lines`,
    );
    const rank = ready.get(job.id) ?? waiting.get(job.id);
    if (job.state === "queued")
      promise(rank === job.rank, () => `${job.id} has rank ${job.rank} and stands at ${rank}`);
    const isAwaited = job.state === "waiting" && job.wakes.unread.some(({ name }) => name === job.waitFor?.name);
    promise(!isAwaited, () => `${job.id} waits for a wake that it has`);
    const timer = due.get(`job:${job.id}`) ?? null;
    promise(timer === timerOf(job), () => `${job.id} is ${job.state} and due at ${timer}`);
    const own = await membersOf(failuresPlace(job.owner));
    const end = job.state === "failed" ? failures.get(failureMember(job.fingerprint ?? "", job.id)) : undefined;
    if (job.state === "failed" && job.expiresAt > player.now()) {
      promise(end === job.finishedAt, () => `${job.id} has failed at ${job.finishedAt} and is grouped at ${end}`);
    }
    const [all, mine] = [failures, own].map((set) => [...set.keys()].filter((member) => member.endsWith(`:${job.id}`)));
    promise(isDeepStrictEqual(all, mine), () => `${job.id} is among the failures as ${all} and as ${mine}`);
    if (job.state !== "failed") promise(all?.length === 0, () => `${job.id} is ${job.state} and among the failures`);
    if (isFinished(job) && keptCountOf(job) !== null && job.expiresAt > player.now()) {
      const isCounted = (await membersOf(keptPlace(job))).get(job.id) === job.finishedAt;
      promise(isCounted, () => `${job.id} is ${job.state} and not counted among those that are kept`);
    }
    for (const state of ["completed", "failed"].filter((other) => other !== job.state)) {
      const isCounted = (await membersOf(keptPlace({ ...job, state }))).has(job.id);
      promise(!isCounted, () => `${job.id} is ${job.state} and counted among those that are ${state}`);
    }
    promise(job.percent >= 0 && job.percent <= 100, () => `${job.id} is at ${job.percent} %`);
    if (job.uniqueKey !== null && !isFinished(job) && job.replacedBy === null) {
      const [entry] = await ledger.read([uniquePlace(job, job.uniqueKey)]);
      promise(entry?.text === job.id, () => `${job.id} is ${job.state} and its unique key is held by ${entry?.text}`);
    }
    if (job.uniqueKey !== null && (isFinished(job) || job.replacedBy !== null)) {
      const [entry] = await ledger.read([uniquePlace(job, job.uniqueKey)]);
      promise(entry?.text !== job.id, () => `${job.id} is ${job.state} and still holds its unique key`);
    }
  }
  const known = new Set<string>(jobs.map(({ id }) => id));
  for (const member of failures.keys())
    promise(known.has(parseFailure(member).id), () => `${member} is among the failures without a record`);
  for (const id of [...ready.keys(), ...waiting.keys()])
    promise(known.has(id), () => `${id} stands in line without a record`);

  for (const lane of lanes) {
    const sharing = byLane.get(lane) ?? [];
    const holding = sharing.filter(({ id, state }) => HOLDING.has(state) || ready.has(id));
    promise(holding.length <= 1, () => `${holding.map(({ id }) => id)} hold ${lane} together`);
    const [entry] = await ledger.read([lane]);
    const { holder, waiting: count } = JSON.parse(entry?.text ?? '{"holder":null,"waiting":0}');
    const size = sharing.filter(({ id }) => waiting.has(id)).length;
    promise(count === size, () => `${lane} counts ${count} who wait, and there are ${size}`);
    const first = sharing.find(({ id }) => id === holder);
    promise(
      holder === null ? size === 0 && holding.length === 0 : !!first && !isFinished(first),
      () => `${lane} is held by ${holder}`,
    );
    for (const { id } of holding) promise(id === holder, () => `${id} goes on, and ${lane} is held by ${holder}`);
  }
  const groupOf = ({ parent }: Job) => parent && childrenPlace(parent.id, parent, "open");
  for (const place of new Set(jobs.map(groupOf).filter((place) => place !== null))) {
    const [open] = await ledger.counters([place]);
    const count = jobs.filter((job) => groupOf(job) === place && !isFinished(job)).length;
    promise(open === count, () => `${place} counts ${open}, and there are ${count}`);
  }
  for (const queue of queues) {
    const inQueue = jobs.filter((job) => job.queue === queue);
    const [running, behind] = await ledger.counters([runningPlace(queue), behindPlace(queue)]);
    const count = inQueue.filter(({ state }) => state === "running").length;
    promise(running === count, () => `${queue} counts ${running} that run, and there are ${count}`);
    promise(
      behind === inQueue.filter(({ id }) => waiting.has(id)).length,
      () => `${queue} counts ${behind} that stand behind`,
    );
    const [pause] = await ledger.read([pausedPlace(queue)]);
    const isWatched = due.has(`kick:${queue}`) || !!pause || !inQueue.some(({ id }) => ready.has(id));
    promise(isWatched, () => `${queue} has jobs in line and nobody looks after it`);
  }
  return broken;
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
