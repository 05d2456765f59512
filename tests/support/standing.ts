import { isFinished, type Job, type JobId } from "@/lib/core/job";
import { keptCountOf } from "@/lib/core/keeping";
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

/** What a ledger holds, as whoever looks for broken promises reads it. */
export interface Holdings {
  readonly membersOf: (set: string) => ReadonlyMap<string, number>;
  readonly textAt: (key: string) => string | null;
  readonly countOf: (counter: string) => number;
}

/** Each says what is wrong with one thing, and nothing if it stands where its state says. */
interface Standing {
  readonly ofJob: (job: Job) => string[];
  /** Of a lane, with all jobs that share it. */
  readonly ofLane: (lane: string, sharing: readonly Job[]) => string[];
  /** Of the children of one group that are open, with all that belong to it. */
  readonly ofGroup: (place: string, children: readonly Job[]) => string[];
  /** Of a queue, with all jobs in it. */
  readonly ofQueue: (queue: string, jobs: readonly Job[]) => string[];
  /** Of a member of the failures. */
  readonly ofFailure: (member: string) => string[];
}

/** Jobs that hold their lane: no two of them may share a concurrency key. */
const HOLDING: ReadonlySet<Job["state"]> = new Set(["running", "waiting", "retrying"]);

/** The counter of a job's open brothers and sisters, itself among them; null for a job that nobody has spawned. */
export const groupOf = onceEach(({ parent }: Job) => parent && childrenPlace(parent.id, parent, "open"));

/** As the store names it. Every job's is asked for at every write to its lane or queue. */
export const laneOf = onceEach(lanePlace);

/** The same, made once for each record: none changes, for a write makes another. */
function onceEach(placeOf: (job: Job) => string | null): (job: Job) => string | null {
  const known = new WeakMap<Job, string | null>();
  return (job) => {
    const found = known.get(job);
    if (found !== undefined) return found;
    const place = placeOf(job);
    known.set(job, place);
    return place;
  };
}

/** Asked after every write of thousands of runs: a sentence is made only where it is needed. `known`: who has a record. */
export function createStanding(
  { membersOf, textAt, countOf }: Holdings,
  known: { has(id: JobId): boolean },
  now: () => number,
): Standing {
  return {
    ofJob(job) {
      const { id, owner, name } = job;
      const broken: string[] = [];
      const promise = (holds: boolean, sentence: () => string) => {
        if (!holds) broken.push(`${id}${sentence()}`);
      };
      const lane = laneOf(job);
      const ready = membersOf(readyPlace(job.queue)).get(id);
      const behind = lane === null ? undefined : membersOf(waitingPlace(lane)).get(id);
      const isInLine = Number(ready !== undefined) + Number(behind !== undefined);
      const rank = ready ?? behind;
      promise(isInLine === Number(job.state === "queued"), () => ` is ${job.state} and stands in ${isInLine} lines`);
      if (job.state === "queued") promise(rank === job.rank, () => ` has rank ${job.rank} and stands at ${rank}`);

      const isAwaited = job.state === "waiting" && job.wakes.unread.some(({ name }) => name === job.waitFor?.name);
      promise(!isAwaited, () => " waits for a wake that it has");
      const timer = membersOf(DUE).get(`job:${id}`) ?? null;
      promise(timer === timerOf(job), () => ` is ${job.state} and due at ${timer}`);
      promise(job.percent >= 0 && job.percent <= 100, () => ` is at ${job.percent} %`);

      const failures = membersOf(failuresPlace(null));
      const end = job.state === "failed" ? failures.get(failureMember(job.fingerprint ?? "", id)) : undefined;
      if (job.state === "failed" && job.expiresAt > now()) {
        promise(end === job.finishedAt, () => ` has failed at ${job.finishedAt} and is grouped at ${end}`);
      }
      const [all, mine] = [failures, membersOf(failuresPlace(job.owner))].map((set) => endingIn(set, `:${id}`));
      promise(all === mine, () => ` is among the failures as ${all} and as ${mine}`);
      if (job.state !== "failed") promise(all === "", () => ` is ${job.state} and among the failures`);

      if (isFinished(job) && keptCountOf(job) !== null && job.expiresAt > now()) {
        const isCounted = membersOf(keptPlace(job)).get(id) === job.finishedAt;
        promise(isCounted, () => ` is ${job.state} and not counted among those that are kept`);
      }
      for (const state of COUNTED) {
        const isCounted = state !== job.state && membersOf(keptPlace({ owner, name, state })).has(id);
        promise(!isCounted, () => ` is ${job.state} and counted among those that are ${state}`);
      }
      if (job.uniqueKey !== null) {
        const holder = textAt(uniquePlace(job, job.uniqueKey));
        const isHolding = !isFinished(job) && job.replacedBy === null;
        promise(!isHolding || holder === id, () => ` is ${job.state} and its unique key is held by ${holder}`);
        promise(isHolding || holder !== id, () => ` is ${job.state} and still holds its unique key`);
      }
      return broken;
    },

    ofLane(lane, sharing) {
      const broken: string[] = [];
      const waiting = membersOf(waitingPlace(lane));
      const holding = sharing.filter((job) => HOLDING.has(job.state) || membersOf(readyPlace(job.queue)).has(job.id));
      if (holding.length > 1) broken.push(`${holding.map(({ id }) => id)} hold ${lane} together`);
      const { holder, waiting: count } = JSON.parse(textAt(lane) ?? '{"holder":null,"waiting":0}');
      const size = sharing.filter(({ id }) => waiting.has(id)).length;
      if (count !== size) broken.push(`${lane} counts ${count} who wait, and there are ${size}`);
      const first = sharing.find(({ id }) => id === holder);
      const isHeld = holder === null ? size === 0 && holding.length === 0 : !!first && !isFinished(first);
      if (!isHeld) broken.push(`${lane} is held by ${holder}`);
      for (const { id } of holding) if (id !== holder) broken.push(`${id} goes on, and ${lane} is held by ${holder}`);
      return [...broken, ...strangersIn(waiting, sharing)];
    },

    ofGroup(place, children) {
      const open = countOf(place);
      const count = children.filter((child) => !isFinished(child)).length;
      return open === count ? [] : [`${place} counts ${open}, and there are ${count}`];
    },

    ofQueue(queue, jobs) {
      const broken: string[] = [];
      const [running, behind] = [countOf(runningPlace(queue)), countOf(behindPlace(queue))];
      const count = jobs.filter(({ state }) => state === "running").length;
      if (running !== count) broken.push(`${queue} counts ${running} that run, and there are ${count}`);
      const isBehind = (job: Job) => {
        const lane = laneOf(job);
        return lane !== null && membersOf(waitingPlace(lane)).has(job.id);
      };
      if (behind !== jobs.filter(isBehind).length) broken.push(`${queue} counts ${behind} that stand behind`);
      const ready = membersOf(readyPlace(queue));
      const isWatched = membersOf(DUE).has(`kick:${queue}`) || textAt(pausedPlace(queue)) !== null;
      if (!isWatched && jobs.some(({ id }) => ready.has(id))) {
        broken.push(`${queue} has jobs in line and nobody looks after it`);
      }
      return [...broken, ...strangersIn(ready, jobs)];
    },

    ofFailure: (member) =>
      known.has(parseFailure(member).id) ? [] : [`${member} is among the failures without a record`],
  };
}

const COUNTED = ["completed", "failed"] as const;

/** The members of a set that end so, as one text. */
function endingIn(set: ReadonlyMap<string, number>, end: string): string {
  let found = "";
  for (const member of set.keys()) if (member.endsWith(end)) found += found === "" ? member : `,${member}`;
  return found;
}

/** Who stands in a line and is none of those that may. */
function strangersIn(line: ReadonlyMap<string, number>, jobs: readonly Job[]): string[] {
  const found: string[] = [];
  for (const member of line.keys()) {
    if (!jobs.some(({ id }) => id === member)) found.push(`${member} stands in line without a record`);
  }
  return found;
}
