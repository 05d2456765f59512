import { isFinished } from "@/lib/core/job";
import { KEPT_MS } from "@/lib/files/file-records";
import { pausedPlace } from "@/lib/store/jobs/places";
import { DELIVERY_KEPT_MS } from "@/lib/webhooks/webhook-records";
import { RETENTION } from "@/tests/simulation/instance";
import { QUEUES } from "@/tests/simulation/jobs";
import { planActions, planSweeps, SWEEP_MS } from "@/tests/simulation/plan";
import { DELIVERIES, UPLOADED } from "@/tests/simulation/read-record";
import { removeSchedules } from "@/tests/simulation/schedules";
import { createWorld, type World, type WorldDeps } from "@/tests/simulation/world";

export interface Run {
  readonly seed: number;
  /** The first broken promise; null if all were kept. */
  readonly broken: string | null;
  readonly steps: number;
  /** Calls that could have gone wrong. */
  readonly calls: number;
  readonly faults: Readonly<Record<string, number>>;
  /** What went wrong or was done, by id: what could be left out. */
  readonly happened: readonly string[];
  readonly trace: readonly string[];
}

/** So long things go wrong, and users do things. */
const DISTURBED_MS = 120_000;
/** After that all must come to rest within this time. */
const CALM_MS = 30 * 3_600_000;
const SHORT_CALM_MS = 3_600_000;
const SELDOM_MS = 20 * 60_000;
/** After so long, what comes by the clock is on time again. */
const WHILE_MS = 5 * 60_000;
const MAX_STEPS = 200_000;

/** Plays one seed to its end, or to the first promise that is broken. `plan` says who does what, by chance otherwise. */
export async function runSeed(deps: WorldDeps, plan: (world: World, ms: number) => void = planActions): Promise<Run> {
  const world = createWorld(deps);
  const { timeline, audit, fates } = world;
  let sweepMs = SWEEP_MS;
  let steps = 0;

  /** Lets everything happen until then, or until a promise is broken. */
  async function until(isOver: () => boolean): Promise<void> {
    while (!isOver() && audit.found.length === 0) {
      if (steps >= MAX_STEPS) audit.look([`it did not come to rest within ${MAX_STEPS} steps`]);
      await timeline.step();
      steps += 1;
    }
  }
  const pass = (ms: number) => {
    const end = timeline.now() + ms;
    return until(() => timeline.now() >= end);
  };

  const phases = [
    () => pass(DISTURBED_MS),
    async () => {
      world.trace("from now on nothing goes wrong");
      fates.end();
      const calmFrom = timeline.now();
      await pass(SWEEP_MS);
      if (world.mirror.schedules().length > 0) await pass(WHILE_MS);
      audit.afterAWhile();
      const stop = resumeAll(world);
      await until(() => isAtRest(world) || timeline.now() >= calmFrom + SHORT_CALM_MS);
      sweepMs = SELDOM_MS; // what still goes on has long waits: somebody is not to be reached
      await until(() => isAtRest(world) || timeline.now() >= calmFrom + CALM_MS);
      stop();
      audit.atTheEnd();
    },
    async () => {
      world.trace("from now on everything is forgotten");
      sweepMs = RETENTION.completedMs + SWEEP_MS;
      await pass(12 * sweepMs);
      if (UPLOADED.some(world.mirror.has)) {
        sweepMs = KEPT_MS / 2;
        await pass(5 * sweepMs);
      }
      audit.look(leftBy(world));
      if (!world.mirror.has(DELIVERIES)) return;
      sweepMs = DELIVERY_KEPT_MS / 3;
      await pass(5 * sweepMs);
      if (world.mirror.has(DELIVERIES)) audit.look(["what was sent is kept for longer than a week"]);
    },
  ];
  plan(world, DISTURBED_MS);
  planSweeps(world, () => sweepMs);
  for (const phase of phases) if (audit.found.length === 0) await phase();

  const { seed } = deps.luck;
  const [broken = null] = audit.found;
  return {
    seed,
    broken,
    steps,
    calls: fates.calls(),
    faults: fates.tally(),
    happened: fates.happened(),
    trace: world.lines,
  };
}

/** Whoever has paused a job or a queue lets it go on in the end: nobody else would. Answers how to stop that. */
function resumeAll(world: World): () => void {
  let isOver = false;
  const again = () => {
    if (isOver) return;
    for (const queue of pausedQueues(world)) world.pick(`resume ${queue}`).resumeQueue(queue).catch(ignore);
    removeSchedules(world);
    for (const { id, owner, state } of world.mirror.jobs()) {
      if (state === "paused") world.pick(`resume ${id}`).queue.control(id, owner, "resume").catch(ignore);
    }
    world.timeline.after(SWEEP_MS, null, again);
  };
  world.timeline.after(0, null, again);
  return () => {
    isOver = true;
  };
}

/** It was paused by nobody any more, or is in a minute. */
const ignore = () => undefined;

const pausedQueues = ({ mirror }: World) =>
  QUEUES.filter((queue) => mirror.holdings.textAt(pausedPlace(queue)) !== null);

const isAtRest = (world: World) =>
  world.mirror.jobs().every(isFinished) &&
  world.audit.areAllTold() &&
  pausedQueues(world).length === 0 &&
  world.mirror.schedules().length === 0;

/** What is meant to outlast its jobs: who holds no lane, who was asked for, what began last, which requests came. */
const OUTLASTS =
  /^(kick:\S+ = |queue-rate:\S+ = |lane:\S+ = .*"holder":null|idempotency:\S+ = |records?:webhook|records-expiring holds \["webhook-delivery")/;

function leftBy({ mirror, files }: World): string[] {
  const left = mirror.leftovers().filter((line) => !OUTLASTS.test(line));
  return [...left, ...[...files.keys()].map((name) => `the file ${name}`)].map((line) => `left over: ${line}`);
}
