import { rowsOf, type StageRecord } from "@/lib/core/checkpoint";
import { isFinished, type Job, type JobState } from "@/lib/core/job";
import type { RecordChange } from "@/tests/simulation/mirror";
import { isSameJson } from "@/tests/simulation/same-json";

/** Where a job may go from each state, itself aside: the arrows of the state diagram. */
const ARROWS: Readonly<Record<JobState, readonly JobState[]>> = {
  scheduled: ["queued", "paused", "cancelled"],
  queued: ["running", "scheduled", "paused", "cancelled"],
  running: ["queued", "waiting", "retrying", "paused", "completed", "failed", "cancelled"],
  waiting: ["queued", "paused", "cancelled"],
  retrying: ["queued", "paused", "cancelled"],
  paused: ["scheduled", "queued", "waiting", "retrying", "cancelled"],
  completed: [],
  failed: ["queued"],
  cancelled: ["queued"],
};

/** So far may the clocks of two instances be apart. */
export const MAX_APART_MS = 10_000;

/** Says what one write has done to a job that may never happen. `at` is the true time. */
export function wrongWith({ id, was, now }: RecordChange, at: number): string[] {
  if (!now) return was && !isFinished(was) ? [`${id} was removed while it was ${was.state}`] : [];
  if (!was) return now.state === "queued" || now.state === "scheduled" ? [] : [`${id} began as ${now.state}`];
  const wrong: string[] = [];
  const mustHold = (holds: boolean, sentence: string) => {
    if (!holds) wrong.push(`${id}: ${sentence}`);
  };
  const isRestart = isFinished(was) && now.state === "queued";
  const isFromStart = isRestart && now.percent === 0 && Object.keys(now.checkpoint.stages).length === 0;

  mustHold(was.state === now.state || ARROWS[was.state].includes(now.state), `${was.state} became ${now.state}`);
  const isPutOff = was.state === "queued" && now.state === "scheduled";
  mustHold(!isPutOff || now.limits?.rate?.slotAt === now.runAt, "was put off without a rate");
  mustHold(now.percent >= was.percent || isFromStart, `fell from ${was.percent} to ${now.percent} %`);
  mustHold(now.percent < 100 === (now.state !== "completed"), `is ${now.state} at ${now.percent} %`);
  mustHold(now.commits >= was.commits && now.slices >= was.slices, "forgot commits or slices");
  mustHold(now.attempt >= was.attempt || isRestart, `attempt ${was.attempt} became ${now.attempt}`);
  if (!isFromStart) wrong.push(...fallenBack(was, now), ...lostWakes(was, now));
  if (isFinished(was) && isFinished(now)) mustHold(was.finishedAt === now.finishedAt, "ended a second time");
  if (was.state === "running") wrong.push(...againstTheToken(was, now, at));
  else mustHold(isSameJson(was.checkpoint, now.checkpoint) || isFromStart, "moved on without a worker");
  return wrong;
}

/** Only who holds the token may write; anybody else only ask for a stop, or rescue once the lease ran out. */
function againstTheToken(was: Job & { state: "running" }, now: Job, at: number): string[] {
  const { id, token } = was;
  if (now.state === "running") {
    return now.token === token ? [] : [`${id} was taken from ${token} by ${now.token} while it ran`];
  }
  if (now.last?.token === token) return [];
  if (now.last !== null) return [`${id} belonged to ${token} and was settled by ${now.last.token}`];
  const isEarly = at < was.leasedUntil - MAX_APART_MS;
  if (isEarly) return [`${id} was taken from ${token} ${was.leasedUntil - at} ms before its lease ran out`];
  return isSameJson(was.checkpoint, now.checkpoint) ? [] : [`${id} moved on as it was rescued`];
}

/** What was reached stays reached: stages, counts, rows. */
function fallenBack(was: Job, now: Job): string[] {
  const stages = Object.entries(was.checkpoint.stages).flatMap(([name, before]) => {
    const after = now.checkpoint.stages[name];
    if (!after) return [`${was.id} forgot stage ${name}`];
    const isBehind = RANK[after.state] < RANK[before.state] || (after.done ?? 0) < (before.done ?? 0);
    return isBehind ? [`${was.id} fell back in stage ${name}`] : [];
  });
  const datasets = Object.keys(was.checkpoint.datasets).flatMap((name) => {
    const [before, after] = [rowsOf(was.checkpoint.datasets[name]), rowsOf(now.checkpoint.datasets[name])];
    return after < before ? [`${was.id} lost rows of ${name}: ${before} became ${after}`] : [];
  });
  return [...stages, ...datasets];
}
const RANK: Readonly<Record<StageRecord["state"], number>> = { running: 0, done: 1 };

/** A wake that was kept is read by the stage that waits for it, and what was handed to a stage by its next commit. */
function lostWakes(was: Job, now: Job): string[] {
  const { woken } = now.wakes;
  const kept = new Set(now.wakes.unread.map(({ payload }) => payload));
  const lost = was.wakes.unread.filter(({ payload }) => !kept.has(payload));
  const isRead = woken !== null && !woken.timedOut && lost.length === 1 && woken.payload === lost[0]?.payload;
  const isForgotten =
    was.wakes.woken !== null && !isSameJson(was.wakes.woken, woken) && isSameJson(was.checkpoint, now.checkpoint);
  return [
    ...(lost.length === 0 || isRead ? [] : [`${was.id} lost ${lost.length} wakes`]),
    ...(isForgotten && !isFinished(now) ? [`${was.id} forgot what woke it`] : []),
  ];
}
