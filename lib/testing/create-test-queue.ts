import type { z } from "zod";
import { byName, refill } from "@/lib/core/by-name";
import type { JobDefinition } from "@/lib/core/definition";
import { isFinished, JobId, type RunningJob } from "@/lib/core/job";
import type { JobEvent } from "@/lib/core/job-event";
import type { SubmitOptions } from "@/lib/core/submission";
import { type Duration, toMs } from "@/lib/duration";
import { createIds } from "@/lib/id";
import type { Json } from "@/lib/json";
import { createQueue } from "@/lib/queue/create-queue";
import { createJobStore } from "@/lib/store/jobs/create-job-store";
import { createMemoryLedger } from "@/lib/store/memory/create-memory-ledger";
import {
  type CrashPlace,
  createDisturbances,
  type Disturbance,
  describePlace,
  type StopPlace,
} from "@/lib/testing/disturbance";
import { givenServices } from "@/lib/testing/given-services";
import { createMemoryFiles } from "@/lib/testing/memory-files";
import { createMessageBox } from "@/lib/testing/message-box";
import { nextDue } from "@/lib/testing/next-due";
import { runUntilIdle, type Steps } from "@/lib/testing/run-until-idle";
import { seededRandom } from "@/lib/testing/seeded-random";
import { createTestJob, parserOf, type TestJob } from "@/lib/testing/test-job";
import { createVirtualTime } from "@/lib/testing/virtual-time";
import { createWork } from "@/lib/testing/work";
import type { QueueLimits } from "@/lib/worker/create-worker";
import { createSweep } from "@/lib/worker/sweep";

/** Time in the hands of a job's services. */
export interface TestTime {
  readonly now: () => number;
  /** What a service takes so long for. */
  readonly pass: (duration: Duration) => void;
}

interface TestQueueOptions<Services> {
  readonly definitions: readonly JobDefinition<Services>[];
  /** What a job finds as its `services`: those that it uses. */
  readonly services?: ((job: RunningJob, time: TestTime) => Partial<NoInfer<Services>>) | undefined;
  /** Epoch ms; a fixed instant without it. */
  readonly now?: number | undefined;
  /** Of backoffs and ids: the same seed gives the same run. */
  readonly seed?: number | undefined;
  readonly limitsOf?: ((queue: string) => QueueLimits) | undefined;
  /** How much time a worker call has: five minutes without it. With `0s` each slice reaches one safe point. */
  readonly budget?: Duration | undefined;
  /** How long a job takes for each safe point: 400 ms without it, so that every third one is committed. */
  readonly pace?: Duration | undefined;
}

interface RunOptions {
  /** The run ends here: the job's time is over at this safe point, and the next run goes on in a new slice. */
  readonly stopAt?: StopPlace | undefined;
  /** The run ends here: the worker is killed, and in the next run its lease runs out before another goes on. */
  readonly crashAt?: CrashPlace | undefined;
  /** How many safe points, worker calls and jumps in time it may take: 20,000 without it. */
  readonly maxSteps?: number | undefined;
}

const OWNER = "tester";
const RETENTION = { completedMs: toMs("24h"), failedMs: toMs("7d") };
const DEFAULT_LIMITS: QueueLimits = { concurrency: null, slots: 10 };

export type TestQueue<Services = unknown> = ReturnType<typeof createTestQueue<Services>>;

/** Jobs as they run in the application, by the same code, on virtual time, on a store and files in memory. */
export function createTestQueue<Services>(options: TestQueueOptions<Services>) {
  const { services = () => ({}), limitsOf = () => DEFAULT_LIMITS, budget = "5m", pace = "400ms" } = options;
  const time = createVirtualTime(options.now);
  const { clock } = time;
  const random = seededRandom(options.seed ?? 1);
  const ids = createIds(clock, (size) => Uint8Array.from({ length: size }, () => random() * 256));
  const ledger = createMemoryLedger({ clock });
  const store = createJobStore({ ledger, retention: RETENTION, nonce: () => ids("kick") });
  const files = createMemoryFiles();
  const { dispatcher, take } = createMessageBox(clock);
  const disturbances = createDisturbances();
  const definitions = new Map(byName(options.definitions));
  const events: JobEvent[] = [];
  const errors: { readonly event: string; readonly error: unknown; readonly jobId: JobId | null }[] = [];
  const thrown = new Map<JobId, unknown>();
  let submittedAt = Number.NEGATIVE_INFINITY;
  const testTime: TestTime = { now: clock, pass: (duration) => time.pass(toMs(duration)) };
  let steps: Steps = { most: 0, taken: 0 };

  const note = (event: string, error: unknown, jobId: JobId | null = null) => void errors.push({ event, error, jobId });

  const queue = createQueue({
    store,
    dispatcher,
    definitions,
    files,
    userFiles: { hold: async () => {}, release: async () => {} },
    clock,
    newJobId: () => JobId.parse(ids("job")),
    newWakeId: () => ids("wake"),
    log: { warn: note },
  });

  const { tend, tendAll } = createSweep({
    store,
    records: { due: async () => [] },
    dispatcher,
    clock,
    tell: async (told) => void events.push(...told),
    removeJob: queue.removeExpired,
    removeLate: queue.removeLate,
    serveRecord: async () => {},
    onError: note,
  });

  const work = createWork({
    ...{ time, store, files, dispatcher, definitions, disturbances, limitsOf, random, note },
    servicesFor: (job) => givenServices<Services>(services(job, testTime)),
    onThrow: (id, error) => void thrown.set(id, error),
    newToken: () => ids("lease"),
    tend,
    tendAll,
    budgetMs: toMs(budget),
    onSafePoint() {
      time.pass(toMs(pace));
      steps.taken += 1;
      return steps.taken >= steps.most;
    },
  });

  const idle = {
    time,
    work,
    takeMessage: take,
    nextDue: () => nextDue({ ledger, store }),
    lookAtDue: () => tendAll(),
    async unfinished() {
      const { jobs } = await store.list(OWNER, { cursor: null, limit: 100 });
      return jobs.filter((job) => !isFinished(job));
    },
  };

  async function settle(until: number, maxSteps = 20_000, isOver = () => false): Promise<void> {
    steps = { most: maxSteps, taken: 0 };
    await runUntilIdle(idle, { until, steps, isOver });
  }

  const jobDeps = {
    store,
    queue,
    files,
    owner: OWNER,
    events,
    lastErrorOf: (id: JobId) => thrown.get(id) ?? errors.findLast(({ jobId }) => jobId === id)?.error,
  };

  return {
    store,
    files,
    now: clock,
    /** The ends that listeners were told of, in their order. */
    events: (): readonly JobEvent[] => events,
    /** What the application would log. */
    errors: (): readonly (typeof errors)[number][] => errors,
    /** The calls of workers, and their jobs' safe points: where they may be disturbed. */
    reached: disturbances.reached,

    /** Adds a job, as a caller of the application does. @throws AppError as `submit` of the application */
    async submit<Name extends string, Input extends z.ZodType<Json>, Output extends z.ZodType<Json>>(
      definition: JobDefinition<Services, Name, Input, Output>,
      input: z.input<Input> & Json,
      submitOptions?: SubmitOptions,
    ): Promise<TestJob<z.output<Output>>> {
      const { name, output } = definition;
      if (definitions.get(name) !== definition)
        throw new Error(`This queue was not given the definition of "${name}".`);
      if (clock() === submittedAt) time.pass(1); // of two jobs of one instant, either might begin
      submittedAt = clock();
      const { job } = await queue.submit({ owner: OWNER, name, input, options: submitOptions, fromApi: false });
      return createTestJob(jobDeps, job.id, parserOf(output));
    },

    /**
     * Runs until nothing happens any more by itself: time jumps to what is due next. Jobs may be left that wait for
     * somebody. @throws Error if that takes too many steps, or if the place is not reached where it should end
     */
    async run({ stopAt, crashAt, maxSteps }: RunOptions = {}): Promise<void> {
      const wanted: readonly Disturbance[] = [
        ...(stopAt ? [{ kind: "stop" as const, at: stopAt }] : []),
        ...(crashAt ? [{ kind: "crash" as const, at: crashAt }] : []),
      ];
      for (const each of wanted) disturbances.arm(each);
      const isOver = () => wanted.some((each) => !disturbances.isArmed(each));
      await settle(Number.POSITIVE_INFINITY, maxSteps, isOver);
      const missed = wanted.length > 0 && !isOver();
      for (const each of wanted) disturbances.disarm(each);
      if (missed) {
        const places = wanted.map(({ at }) => describePlace(at, disturbances.reached())).join(" or ");
        throw new Error(`The run should have ended ${places}, but never came there.`);
      }
    },

    /** Deploys other definitions in place of all there were: jobs on their way go on with them, or find theirs gone. */
    deploy(next: readonly JobDefinition<Services>[]): void {
      refill(definitions, byName(next));
    },

    /** Lets so much time pass, and all happen that falls due in it. */
    async advance(duration: Duration, { maxSteps }: Pick<RunOptions, "maxSteps"> = {}): Promise<void> {
      const until = clock() + toMs(duration);
      await settle(until, maxSteps);
      time.pass(Math.max(0, until - clock()));
      await tendAll();
    },

    /** Disturbs a worker once, in whatever run comes to the place; the run goes on. Answers whether it has happened. */
    disturb(disturbance: Disturbance): () => boolean {
      disturbances.arm(disturbance);
      return () => !disturbances.isArmed(disturbance);
    },
  };
}
