import type { Job } from "@/lib/core/job";
import type { Desk } from "@/lib/store/jobs/create-desk";
import type { Decision } from "@/lib/store/jobs/decide-again";
import type { KeptJob } from "@/lib/store/jobs/job-text";
import { delayedKick } from "@/lib/store/jobs/kicks";
import { holderOf, waitingIn } from "@/lib/store/jobs/lane";
import { laneOf, type Transition, transition } from "@/lib/store/jobs/transition";

interface Planned<Answer> {
  readonly before: KeptJob | null;
  readonly after: Job;
  readonly answer: Answer;
}

/** Reads the lanes that these transitions have to know, and who would be admitted to them. */
export async function loadLanes(desk: Desk, steps: readonly { was: Job | null; after: Job }[]): Promise<void> {
  const lanes = steps.flatMap(({ was, after }) => {
    const lane = laneOf(was, after);
    return lane === null ? [] : [{ lane, after }];
  });
  await desk.load(lanes.map(({ lane }) => lane));
  const left = lanes.filter(({ lane, after }) => holderOf(desk, lane) === after.id && waitingIn(desk, lane) > 0);
  await desk.loadHeads(left.map(({ lane }) => lane));
}

/** Plans a job's way into another state, for this round and for those decided after it. */
export function plan<Answer>(
  desk: Desk,
  { before, after, answer }: Planned<Answer>,
  now: number,
  { concurrency = null, maxActive }: { concurrency?: number | null; maxActive?: number | undefined } = {},
): Decision<Answer> | "later" {
  const step = transition(desk, before, after, { now, concurrency, maxActive });
  if (!step) return "later";
  desk.plan(step.change);
  return { answer, change: step.change, wakes: wakesOf(step, after), kicks: kicksOf(after, now) };
}

const wakesOf = ({ isWakeUp }: Transition, { queue }: Job) => (isWakeUp ? queue : undefined);

/** A job that will be due later asks for its worker now. */
export function kicksOf(after: Job, now: number) {
  const isDelayed = after.state === "scheduled" || after.state === "waiting" || after.state === "retrying";
  return isDelayed && after.runAt !== null ? [delayedKick(after.queue, after.runAt, now)] : [];
}
