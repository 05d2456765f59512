import { z } from "zod";
import type { createSchedule } from "@/lib/contracts/schedules";
import { type Job, JobId } from "@/lib/core/job";
import type { Ledger } from "@/lib/core/ledger";
import { AppError } from "@/lib/errors";
import { createIds, derivedId } from "@/lib/id";
import { defineJob } from "@/lib/jobs/define-job";
import { createQueue } from "@/lib/queue/create-queue";
import { createSchedules } from "@/lib/schedules/create-schedules";
import { createJobStore } from "@/lib/store/jobs/create-job-store";
import { createMemoryLedger } from "@/lib/store/memory/create-memory-ledger";
import { createRecordStore } from "@/lib/store/records/create-record-store";
import { aClaim, asItWas, NOW, RETENTION } from "@/tests/support/builders";
import { aNonce } from "@/tests/support/job-bench";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

type Wishes = z.output<NonNullable<typeof createSchedule.body>>;

/** Every hour, one job at a time. `NOW` is midnight. */
export const aSchedule = (wishes: Partial<Wishes> = {}): Wishes => ({
  name: "tests.report",
  cron: "0 * * * *",
  timeZone: "UTC",
  input: { size: 1 },
  options: {},
  overlap: "skip",
  catchUp: "one",
  ...wishes,
});

const aReport = (size: z.ZodType<number> = z.int()) =>
  defineJob({
    name: "tests.report",
    queue: "tests",
    input: z.object({ size, fileId: z.string().optional() }),
    output: z.json(),
    stages: { work: "Working" },
    files: ({ fileId }) => (fileId === undefined ? [] : [fileId]),
    public: true,
    async *run({ stage }) {
      return yield* stage("work", () => null);
    },
  });

const aTurn = defineJob({
  name: "tests.turn",
  queue: "tests",
  input: z.object({ size: z.int() }),
  output: z.json(),
  stages: { work: "Working" },
  uniqueKey: ({ size }) => String(size),
  public: true,
  async *run({ stage }) {
    return yield* stage("work", () => null);
  },
});

/** A fault around each call to the ledger, counted from 1. */
export type Fault = (call: number, when: "before" | "after") => Promise<void> | void;

/** A ledger whose calls can be made to fail, or be held up. */
export function aFaultyLedger(ledger: Ledger, fault: Fault) {
  let calls = 0;
  const through =
    <Args extends unknown[], Answer>(act: (...args: Args) => Promise<Answer>) =>
    async (...args: Args): Promise<Answer> => {
      calls += 1;
      const call = calls;
      await fault(call, "before");
      const answer = await act(...args);
      await fault(call, "after");
      return answer;
    };
  const faulty: Ledger = {
    read: through(ledger.read),
    apply: through(ledger.apply),
    applyAndRange: through(ledger.applyAndRange),
    range: through(ledger.range),
    sizes: through(ledger.sizes),
    counters: through(ledger.counters),
  };
  return { ledger: faulty, calls: () => calls };
}

/** Schedules over a ledger, with a clock that stands still; ada owns `file_1`, and any number of instances sweep. */
export function aScheduleBench(ledger?: Ledger, { maxActive }: { readonly maxActive?: number } = {}) {
  let now = NOW;
  const clock = () => now;
  const ids = createIds(clock);
  const nonce = aNonce();
  const definitions = new Map([aReport(), aTurn].map((definition) => [definition.name as string, definition]));
  const files = new Set(["file_1"]);
  const held: string[] = [];
  const kicks: string[] = [];

  /** Another process on the same data. */
  function anInstance(own: Ledger) {
    const store = createJobStore({ ledger: own, retention: RETENTION, nonce });
    const records = createRecordStore({ ledger: own, nonce });
    const userFiles = {
      async hold(owner: string, fileIds: readonly string[], holderId: string) {
        if (owner !== "ada" || fileIds.some((id) => !files.has(id))) {
          throw new AppError("file_not_found", "There is no such file.");
        }
        for (const id of fileIds) held.push(`${id} by ${holderId}`);
      },
      release: async () => {},
    };
    const queue = createQueue({
      store,
      definitions,
      clock,
      maxActive,
      userFiles,
      newJobId: () => JobId.parse(ids("job")),
      newWakeId: () => ids("wake"),
      log: { warn() {} },
      dispatcher: { kick: async (wished) => void kicks.push(...wished.map(({ queue: name }) => name)) },
      files: {
        async *read() {},
        deleteAll: async () => {},
      },
    });
    const schedules = createSchedules({ records, queue, userFiles, admit: async () => {}, clock, ids });
    return {
      store,
      records,
      schedules,
      async sweep() {
        for (const record of await records.due(now, 100)) await schedules.fire(record);
      },
    };
  }

  const shared = ledger ?? createMemoryLedger({ clock });
  const own = anInstance(shared);

  async function jobs(): Promise<Job[]> {
    const all: Job[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof own.store.list>> = await own.store.list("ada", { cursor, limit: 100 });
      all.push(...page.jobs);
      cursor = page.cursor;
    } while (cursor !== null);
    return all;
  }

  return {
    ...own,
    ledger: shared,
    clock,
    definitions,
    files,
    held,
    kicks,
    anInstance,
    jobs,
    pass(ms: number) {
      now += ms;
    },
    /** Readers of the definition from now on want another input. */
    changeInput: (size: z.ZodType<number>) => definitions.set("tests.report", aReport(size)),
    create: (wishes: Partial<Wishes> = {}) => own.schedules.create("ada", aSchedule(wishes)),
    read: (id: string) => own.schedules.read("ada", id),

    /** The instants, in ms from `NOW`, that have made jobs of a schedule which are still kept, in their order. */
    async fired(id: string, until = now, from = NOW) {
      const made = new Set<string>((await jobs()).map((job) => job.id));
      const instants: number[] = [];
      for (let at = from; at <= until; at += MINUTE_MS) {
        if (made.has(derivedId("job", at, [id, "fired"]))) instants.push(at - NOW);
      }
      return instants;
    },

    /** How many of the jobs a worker could claim; those it claims end. */
    async finishAll() {
      const { held: running } = await own.store.claim(aClaim({ limit: 100, now }));
      const outcome = { kind: "completed" as const, output: { value: null } };
      const settlements = running.map((one) => ({ held: one, outcome, reached: asItWas(one.job) }));
      if (settlements.length > 0) await own.store.settle("tests", settlements, now, 0);
      return running.length;
    },
  };
}
