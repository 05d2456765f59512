import type { Dispatcher } from "@/lib/core/dispatcher";
import type { FileStore } from "@/lib/core/file-store";
import { JobId } from "@/lib/core/job";
import type { JobEvent } from "@/lib/core/job-event";
import type { JobStore, NewJob } from "@/lib/core/job-store";
import { type Ledger, StoreUnavailableError } from "@/lib/core/ledger";
import { FatalError, RetryableError } from "@/lib/errors";
import { createDatasets } from "@/lib/files/datasets";
import { createUploads } from "@/lib/files/uploads";
import { createUserFiles } from "@/lib/files/user-files";
import type { Ids } from "@/lib/id";
import { inlineReaders } from "@/lib/jobs/piece-readers";
import { createQueue } from "@/lib/queue/create-queue";
import { createSchedules } from "@/lib/schedules/create-schedules";
import { createDueRecords } from "@/lib/server/due-records";
import { createFileKeepers } from "@/lib/server/file-keepers";
import { createListeners } from "@/lib/server/listeners";
import { createRecordRemoval } from "@/lib/server/record-removal";
import { createServices } from "@/lib/server/services";
import { createWebhooks } from "@/lib/server/webhooks";
import { createJobStore } from "@/lib/store/jobs/create-job-store";
import { createRecordStore } from "@/lib/store/records/create-record-store";
import type { createMemoryFiles } from "@/lib/testing/memory-files";
import type { Sent } from "@/lib/webhooks/send";
import type { WebhookMessage } from "@/lib/webhooks/sign";
import { createWorker } from "@/lib/worker/create-worker";
import { createSweep } from "@/lib/worker/sweep";
import type { Fates } from "@/tests/simulation/fates";
import { definitionsOf, QUEUE_RATES, type Version } from "@/tests/simulation/jobs";
import { createCall, filePort, ledgerPort } from "@/tests/simulation/ports";
import { every, type Life, type Timeline } from "@/tests/simulation/timeline";
import { PART_BYTES } from "@/tests/simulation/uploads";
import { APP_URL } from "@/tests/simulation/webhook-audit";
import { LEASE_MS } from "@/tests/support/builders";

/** Two records or three: a batch goes in several steps, and an instance may die between them. */
const STEP_BYTES = 5_000;

/** Short, so that a job whose definition was taken away soon ends. */
const KNOWN_AFTER_MS = 20_000;

/** Finished jobs are kept this long: longer than a simulation is disturbed, so that its end can look at them. */
export const RETENTION = { completedMs: 3_600_000, failedMs: 7_200_000 };

/** What all instances share. */
export interface Surroundings {
  readonly timeline: Timeline;
  readonly fates: Fates;
  readonly ledger: Ledger;
  readonly files: FileStore;
  readonly readRows: ReturnType<typeof createMemoryFiles>["readRows"];
  readonly publish: (kick: Parameters<Dispatcher["kick"]>[0][number], name: string) => void;
  readonly tell: (event: JobEvent) => void;
  readonly effect: (key: string) => void;
  readonly wrapStore: (store: JobStore) => JobStore;
  readonly wrapWebhooks: (webhooks: Webhooks) => Webhooks;
  /** A receiver hears a message. */
  readonly hear: (url: string, message: WebhookMessage) => Sent;
  /** Owners are told by these notifications. */
  readonly notice: (ids: readonly string[]) => void;
  readonly wrapSchedules: (schedules: Schedules) => Schedules;
  readonly kill: (life: Life) => void;
}

export type Schedules = ReturnType<typeof createSchedules>;
export type Webhooks = ReturnType<typeof createWebhooks>;
export type Instance = ReturnType<typeof createInstance>;

/** One function instance: it runs workers, sweeps and users' calls of one version of the code, by a clock of its own. */
export function createInstance(world: Surroundings, life: Life, version: Version) {
  const { timeline, fates, publish } = world;
  const call = createCall({ ...world, life });
  const clock = () => timeline.now() + life.skewMs;
  const definitions = definitionsOf(version);
  const shutdown = new AbortController();
  const files = filePort(world.files, call);
  let made = 0;
  const nameOf = (kind: string) => `${kind}_${life.name}-${++made}`;
  const ledger = ledgerPort(world.ledger, call);
  const ids: Ids = (prefix) => `${prefix}_${nameOf("id").replaceAll(/[^0-9a-z]/g, "")}`;
  const records = createRecordStore({ ledger, nonce: () => nameOf("r") });
  const nonce = () => nameOf("n");
  const store = world.wrapStore(createJobStore({ ledger, retention: RETENTION, nonce, stepBytes: STEP_BYTES }));
  const uploads = createUploads({ files, records, clock, ids, maxUploadBytes: 1_000, partSize: PART_BYTES });
  const isKept = createFileKeepers({ store, records });
  const userFiles = createUserFiles({ files, records, uploads, clock, isKept });

  const dispatcher: Dispatcher = {
    async kick(kicks) {
      if (kicks.length === 0) return;
      const send = async () => {
        for (const kick of kicks) publish(kick, nameOf("kick"));
      };
      await call("publish", send, () => new Error("The messages were refused."));
    },
  };

  const queue = createQueue({
    store,
    dispatcher,
    definitions,
    files,
    userFiles,
    clock,
    newWakeId: () => nameOf("wake"),
    newJobId: () => JobId.parse(nameOf("job")),
    log: { warn() {} },
  });

  const webhooks = world.wrapWebhooks(
    createWebhooks({
      env: { appUrl: APP_URL, webhooks: { allowPrivate: false } },
      secrets: { auth: "simulated" },
      store,
      records,
      dispatcher,
      notifications: {
        add: (notices) => call("notify", async () => world.notice(notices.map(({ id }) => id)), recordFailed),
      },
      clock,
      ids,
      log: { warn() {} },
      resolve: async () => ["93.184.215.14"],
      random: () => 0.5,
      monotonic: clock,
      async send(url, message, _secrets, signal) {
        const sent = await call("send", async () => world.hear(url, message), unreachable).catch((error: Error) => ({
          kind: "refused" as const,
          status: null,
          error: error.message,
          retryAfterMs: null,
        }));
        signal.throwIfAborted();
        return sent;
      },
    }),
  );

  const listen = createListeners({
    store,
    definitions,
    listeners: [webhooks.announce],
    cancelChildren: queue.cancelChildren.cancelAfter,
    prune: (job) => store.prune(job, clock()),
    log: { info() {} },
  });

  const schedules = world.wrapSchedules(
    createSchedules({ records, queue, userFiles, admit: async () => {}, clock, ids }),
  );

  const { tend, sweep } = createSweep({
    store,
    records,
    dispatcher,
    clock,
    async tell(events) {
      await listen(events);
      const hear = async () => events.forEach(world.tell);
      await call("tell", hear, () => new Error("The listener is out of reach."));
    },
    removeJob: queue.removeExpired,
    removeLate: queue.removeLate,
    serveRecord: createDueRecords({
      fire: schedules.fire,
      remove: createRecordRemoval({ records, userFiles }),
    }),
    onError() {},
  });

  const servicesFor = createServices({
    store,
    datasets: createDatasets({ files }),
    userFiles,
    deliver: webhooks.deliver,
    pieces: inlineReaders,
    deskOf: queue.bulkDeskOf,
    children: queue.cancelChildren,
  });

  const drain = createWorker({
    store,
    files,
    definitions,
    dispatcher,
    limitsOf: (name) => ({ concurrency: name === "alpha" ? 3 : null, rate: QUEUE_RATES[name], slots: 2 }),
    childrenOf: queue.childrenOf,
    servicesFor: (job) => ({
      ...servicesFor(job),
      work: (ms) => new Promise<void>((resolve) => timeline.after(ms, life, resolve)),
      effect: (key) =>
        call(
          "effect",
          async () => world.effect(key),
          () => new RetryableError("unlucky", "It is down."),
        ),
      mayThrow(what) {
        const name = `${job.token}:${job.id}:${what}`;
        const fault = fates.hits(name, fates.chance(name), "throws", "throwsFatally");
        if (fault === "throws") throw new RetryableError("unlucky", "It throws.");
        if (fault === "throwsFatally") throw new FatalError("hopeless", "It throws for good.");
      },
    }),
    readRows: world.readRows,
    newToken: () => nameOf("w"),
    onKickFailed() {},
    clock,
    monotonic: clock,
    random: () => 0.5,
    breathe: async () => {},
    every: (ms, act) => every(timeline, life, ms, act),
    leaseMs: LEASE_MS,
    knownAfterMs: KNOWN_AFTER_MS,
    shutdown: shutdown.signal,
    onError() {},
  });

  return {
    life,
    version,
    queue,
    schedules,
    webhooks,
    uploads,
    userFiles,
    sweep,
    async enqueue(jobs: readonly NewJob[]) {
      const { answers, kicks } = await store.enqueue(jobs, clock());
      await dispatcher.kick(kicks).catch(() => undefined); // they are late then, not lost
      return answers;
    },
    pauseQueue: (name: string) => store.pauseQueue(name, clock()),
    resumeQueue: async (name: string) => dispatcher.kick(await store.resumeQueue(name, clock())).catch(() => undefined),
    /** The process is asked to end: its jobs stop at their next safe point. */
    shutDown: () => shutdown.abort(),
    /** One worker call, as the worker route makes it. */
    async work(name: string, budgetMs: number): Promise<void> {
      await tend();
      await drain(name, clock() + budgetMs);
      await tend();
    },
  };
}

const recordFailed = () => new StoreUnavailableError("simulated");
const unreachable = () => new Error("It could not be reached.");
