import { monotonicClock, systemClock } from "@/lib/clock";
import { isFinished, JobId } from "@/lib/core/job";
import type { Env } from "@/lib/env";
import { createDatasets } from "@/lib/files/datasets";
import { createUploads } from "@/lib/files/uploads";
import { createUserFiles } from "@/lib/files/user-files";
import { createIds } from "@/lib/id";
import { definitions } from "@/lib/jobs/registry";
import type { Log } from "@/lib/log";
import { createNotifications } from "@/lib/notifications/create-notifications";
import { createQueue } from "@/lib/queue/create-queue";
import { createPublish } from "@/lib/queue/publish";
import { createQueues } from "@/lib/queue/queues";
import { systemRandom } from "@/lib/random";
import { createSchedules } from "@/lib/schedules/create-schedules";
import { createDueRecords } from "@/lib/server/due-records";
import { createFileKeepers } from "@/lib/server/file-keepers";
import { createHealth } from "@/lib/server/health";
import { createIdentity } from "@/lib/server/identity";
import { createListeners } from "@/lib/server/listeners";
import { createMachines } from "@/lib/server/machines";
import { createNotifyOfEnds } from "@/lib/server/notify-of-ends";
import { openFileStore } from "@/lib/server/open-file-store";
import { openLedger } from "@/lib/server/open-ledger";
import { openPieceReaders } from "@/lib/server/piece-threads";
import { limitsOf } from "@/lib/server/queues";
import { createQuotas } from "@/lib/server/quotas";
import { createRecordRemoval } from "@/lib/server/record-removal";
import type { Secrets } from "@/lib/server/secrets";
import { createServices } from "@/lib/server/services";
import { createStatus } from "@/lib/server/status";
import { breathe, every } from "@/lib/server/timers";
import { createWebhooks } from "@/lib/server/webhooks";
import { createJobStore } from "@/lib/store/jobs/create-job-store";
import { createRecordStore } from "@/lib/store/records/create-record-store";
import { createWorker } from "@/lib/worker/create-worker";
import { createSweep } from "@/lib/worker/sweep";
import { createTendSoon } from "@/lib/worker/tend-soon";

/** A worker that is not heard of for this long is taken for dead. */
const LEASE_MS = 30_000;
/** What a worker call may take where the platform does not say: the `maxDuration` of its route. */
const MAX_SLICE_MS = 300_000;
/** A worker removes old jobs for so long before it begins the new ones that it was called for. */
const TEND_FIRST_MS = 1_000;

export type Server = Awaited<ReturnType<typeof createServer>>;

/** Puts the application together. The only place that knows which adapter stands behind which port. */
export async function createServer({ env, secrets, log }: { env: Env; secrets: Secrets; log: Log }) {
  const clock = systemClock;
  const ids = createIds(clock);
  const shutdown = new AbortController();

  const ledger = await openLedger(env, clock);
  const store = createJobStore({ ledger, retention: env.retention, nonce: () => ids("kick") });
  const records = createRecordStore({ ledger, nonce: () => ids("rec") });
  const { files, direct, callbacks } = openFileStore(env);

  const { limits, maxActive, admitBytes, admitSchedule } = createQuotas({ quotas: env.quotas, ledger, records, clock });
  const uploads = createUploads({ files, direct, records, clock, ids, maxUploadBytes: env.maxUploadBytes, admitBytes });
  const isKept = createFileKeepers({ store, records });
  const userFiles = createUserFiles({ files, records, uploads, clock, isKept });
  const datasets = createDatasets({ files });
  const notifications = createNotifications({ records, clock });
  const { dispatcher, ...machines } = createMachines({ env, secrets, clock, ids, log });

  const hooked = { env, secrets, store, records, dispatcher, notifications, clock, ids, log };
  const webhooks = createWebhooks(hooked);

  const newJobId = () => JobId.parse(ids("job"));
  const newWakeId = () => ids("wake");
  const queue = createQueue({
    store,
    dispatcher,
    definitions,
    files,
    userFiles,
    clock,
    newJobId,
    newWakeId,
    maxActive,
    log,
  });
  const schedules = createSchedules({ records, queue, userFiles, admit: admitSchedule, clock, ids });
  const queueNames = [...new Set([...definitions.values()].map((definition) => definition.queue))];
  const publish = createPublish({ dispatcher, log });
  const queues = createQueues({ store, names: queueNames, limitsOf, publish, clock });
  const { tend, tendAll, sweep } = createSweep({
    store,
    records,
    dispatcher,
    clock,
    tell: createListeners({
      store,
      definitions,
      log,
      cancelChildren: queue.cancelChildren.cancelAfter,
      listeners: [createNotifyOfEnds(notifications), webhooks.announce],
      prune: (job) => store.prune(job, clock()),
    }),
    removeJob: queue.removeExpired,
    removeLate: queue.removeLate,
    serveRecord: createDueRecords({ fire: schedules.fire, remove: createRecordRemoval({ records, userFiles }) }),
    onError: (event, error) => log.error(event, error),
  });
  const telling = createTendSoon({ tend, every, onError: (error) => log.error("tend_failed", error) });
  const drain = createWorker({
    store,
    isStoreLocal: env.store.kind === "sqlite",
    files,
    definitions,
    dispatcher,
    limitsOf,
    servicesFor: createServices({
      store,
      datasets,
      userFiles,
      deliver: webhooks.deliver,
      pieces: openPieceReaders(env.readerThreads),
      deskOf: queue.bulkDeskOf,
      children: queue.cancelChildren,
    }),
    childrenOf: queue.childrenOf,
    readRows: datasets.rows,
    newToken: () => ids("lease"),
    onEnded: telling.soon,
    onKickFailed: (error) => log.error("kick_failed", error),
    clock,
    monotonic: monotonicClock,
    random: systemRandom,
    breathe,
    every,
    leaseMs: LEASE_MS,
    shutdown: shutdown.signal,
    onError: (event, { id: jobId, name }, error) => log.error(event, error, { jobId, name }),
  });
  const status = createStatus({ env, store, clock, queues: queueNames });

  return {
    ...createIdentity({ env, secrets, ledger, records, clock, ids }),
    limits,
    ...machines,
    ...callbacks,
    log,
    clock,
    appUrl: env.appUrl,
    definitions,
    queue: {
      ...queue,
      async control(...wish: Parameters<typeof queue.control>) {
        const job = await queue.control(...wish);
        if (isFinished(job)) telling.soon(); // no worker will tell of it
        return job;
      },
    },
    schedules,
    queues,
    uploads,
    userFiles,
    datasets,
    notifications,
    webhooks: webhooks.api,
    status: status.read,
    health: createHealth({ clock, ids }),

    /** Rescues at once what a predecessor of this process has left: nobody else can have been its worker. */
    rescueAll: () => store.rescueAll(clock()),

    /** The process ends soon: jobs stop at their next safe point, and are left to other workers. */
    shutDown: () => shutdown.abort(),

    /** One worker call: what is due first, then the queue until it is empty or the time is up. */
    async work(name: string, deadline: Date | undefined) {
      const budget = Math.min(env.maxSliceMs ?? MAX_SLICE_MS, MAX_SLICE_MS);
      const until = Math.min(deadline?.getTime() ?? Number.POSITIVE_INFINITY, clock() + budget);
      const soon = clock() + TEND_FIRST_MS;
      await tend(() => clock() < soon);
      const drained = await drain(name, until);
      telling.callOff();
      await tendAll(() => clock() < until); // tells at once of what has ended
      return drained;
    },

    /** Deals with what is due, and kicks queues whose kick got lost. */
    async tend() {
      const { promoted, rescued } = await tend();
      return { promoted, rescued };
    },

    async sweep() {
      const swept = await sweep();
      status.swept(clock());
      return swept;
    },
  };
}
