import { z } from "zod";
import { JobId } from "@/lib/core/job";
import type { Kick } from "@/lib/core/job-store";
import { AppError } from "@/lib/errors";
import { defineJob } from "@/lib/jobs/define-job";
import { bulkJobs } from "@/lib/jobs/jobs-bulk";
import { createQueue } from "@/lib/queue/create-queue";
import type { FileHolds } from "@/lib/queue/file-holds";
import { createPublish } from "@/lib/queue/publish";
import { createQueues } from "@/lib/queue/queues";
import { createJobStore } from "@/lib/store/jobs/create-job-store";
import { createMemoryLedger } from "@/lib/store/memory/create-memory-ledger";
import { aClaim, asItWas, NOW, RETENTION } from "@/tests/support/builders";

const Row = z.object({ n: z.int(), text: z.string() });

/** A job with everything that submitting looks at. */
const copyFile = defineJob({
  name: "tests.copy",
  queue: "tests",
  input: z.object({ fileId: z.string(), account: z.string().trim() }),
  output: z.object({ rows: z.int() }),
  stages: { copy: "Copying" },
  datasets: { rows: Row },
  internalDatasets: { secrets: Row },
  retry: { maxAttempts: 5 },
  uniqueKey: ({ fileId, account }) => `${fileId}:${account}`,
  concurrencyKey: ({ account }) => account,
  files: ({ fileId }) => [fileId, fileId],
  public: true,
  async *run({ stage }) {
    return yield* stage("copy", () => ({ rows: 0 }));
  },
});

const openJob = (name: string, isPublic: boolean) =>
  defineJob({
    name,
    queue: "tests",
    input: z.record(z.string(), z.json()),
    output: z.json(),
    stages: { work: "Working" },
    public: isPublic,
    async *run({ stage }) {
      return yield* stage("work", () => null);
    },
  });

/** A public job that takes any input, and a job that only the application itself submits. */
const anything = openJob("tests.anything", true);
const internal = openJob("tests.internal", false);

/** A queue on a store in memory, with a clock that stands still; ada owns `file_1` and `file_2`. */
export function setUpQueue({ maxActive }: { readonly maxActive?: number } = {}) {
  let ids = 0;
  let nonces = 0;
  const bench = {
    now: NOW,
    kicks: [] as Kick[],
    warnings: [] as unknown[],
    deleted: [] as string[],
    /** Called while a job's files are being deleted. */
    onDelete: async () => {},
    released: [] as unknown[],
    holds: new Set<string>(),
    bytes: new Map<string, string>(),
    isDispatcherDown: false,
  };
  const definitions = new Map(
    [copyFile, anything, internal, bulkJobs].map((definition) => [definition.name as string, definition]),
  );
  const store = createJobStore({
    ledger: createMemoryLedger({ clock: () => bench.now }),
    nonce: () => `n${++nonces}`,
    retention: RETENTION,
  });
  const userFiles: FileHolds = {
    async hold(owner, fileIds, jobId) {
      const isMissing = owner !== "ada" || fileIds.some((id) => id !== "file_1" && id !== "file_2");
      if (isMissing) throw new AppError("file_not_found", "There is no such file.");
      for (const id of fileIds) bench.holds.add(`${id} ${jobId}`);
    },
    async release(owner, fileIds, jobId, options) {
      bench.released.push({ owner, fileIds, jobId, ...options });
      for (const id of fileIds) bench.holds.delete(`${id} ${jobId}`);
    },
  };
  const dispatcher = {
    async kick(kicks: readonly Kick[]) {
      if (bench.isDispatcherDown) throw new Error("connection refused");
      bench.kicks.push(...kicks);
    },
  };
  const log = {
    warn: (event: string, fields: object) => void bench.warnings.push({ event, ...fields }),
  };
  const queues = createQueues({
    store,
    names: ["tests"],
    limitsOf: () => ({ concurrency: 2 }),
    publish: createPublish({ dispatcher, log }),
    clock: () => bench.now,
  });
  const queue = createQueue({
    store,
    definitions,
    clock: () => bench.now,
    newJobId: () => JobId.parse(`job_${++ids}`),
    newWakeId: () => `wake_${++ids}`,
    maxActive,
    log,
    dispatcher,
    files: {
      async *read(name) {
        yield new TextEncoder().encode(bench.bytes.get(name));
      },
      async deleteAll(prefix) {
        bench.deleted.push(prefix);
        await bench.onDelete();
      },
    },
    userFiles,
  });

  /** Runs the next job of the queue to its end. */
  async function finish(outcome: "completed" | "failed") {
    const { held } = await store.claim(aClaim({ limit: 1, now: bench.now }));
    const [running] = held;
    if (!running) throw new Error("Nothing to claim.");
    const error = { code: "broken", message: "It is broken." };
    const ending =
      outcome === "completed"
        ? { kind: "completed" as const, output: { value: { rows: 7 } } }
        : { kind: "threw" as const, error, retryInMs: null };
    await store.settle("tests", [{ held: running, outcome: ending, reached: asItWas(running.job) }], bench.now, 0);
    return running.job;
  }

  const submit = (input: { fileId?: string; account?: string } = {}, idempotencyKey: string | null = null) =>
    queue.submit({
      owner: "ada",
      name: "tests.copy",
      input: { fileId: "file_1", account: "main", ...input },
      idempotencyKey,
      fromApi: true,
    });

  return Object.assign(bench, { store, queue, queues, userFiles, definitions, submit, finish });
}
