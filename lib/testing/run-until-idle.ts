import type { Job } from "@/lib/core/job";
import type { VirtualTime } from "@/lib/testing/virtual-time";

/** What a run counts: safe points, worker calls and looks at what is due. */
export interface Steps {
  readonly most: number;
  taken: number;
}

interface IdleDeps {
  readonly time: VirtualTime;
  /** The queue that somebody has asked a worker for; null if none is asked for. */
  readonly takeMessage: () => string | null;
  readonly work: (queue: string) => Promise<void>;
  readonly nextDue: () => Promise<number | null>;
  readonly lookAtDue: () => Promise<unknown>;
  readonly unfinished: () => Promise<readonly Job[]>;
}

interface Bounds {
  readonly until: number;
  readonly steps: Steps;
  readonly isOver: () => boolean;
}

/**
 * Lets workers come as they are asked for, and time jump to what is due next, until nothing happens any more by itself.
 *
 * @throws Error if it takes too many steps
 */
export async function runUntilIdle(deps: IdleDeps, { until, steps, isOver }: Bounds): Promise<void> {
  const { time } = deps;
  while (!isOver()) {
    if (steps.taken >= steps.most) throw await endless(steps, deps);
    steps.taken += 1;
    const queue = deps.takeMessage();
    if (queue !== null) {
      await deps.work(queue);
      continue;
    }
    const at = await deps.nextDue();
    if (at === null || at > until) return;
    time.pass(Math.max(0, at - time.clock()));
    await deps.lookAtDue();
  }
}

const SHOWN = 5;
const HINT =
  "A stage that has waited begins again with its cursor: it looks at that, or at `woken`, before it waits again. ";

async function endless({ most }: Steps, { unfinished }: IdleDeps): Promise<Error> {
  const jobs = await unfinished();
  const said = jobs.slice(0, SHOWN).map(describeJob);
  const others = jobs.length > SHOWN ? `, and ${jobs.length - SHOWN} more` : "";
  return new Error(
    `The jobs have not come to rest in ${most} steps (safe points, worker calls, jumps in time): ${said.join(", ")}${others}. ` +
      (jobs.some(({ state }) => state === "waiting") ? HINT : "") +
      "If they are only long, give the run more `maxSteps`.",
  );
}

function describeJob(job: Job): string {
  const stages = Object.entries(job.checkpoint.stages);
  const stage = stages.find(([, { state }]) => state === "running")?.[0];
  return `${job.id} (${job.name}) is ${job.state}${stage ? ` in stage "${stage}"` : ""}, slice ${job.slices}`;
}
