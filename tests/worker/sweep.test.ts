import { describe, expect, test } from "vitest";
import type { FinishedJob, JobId } from "@/lib/core/job";
import type { JobEvent } from "@/lib/core/job-event";
import type { Kick } from "@/lib/core/job-store";
import type { DueRecord } from "@/lib/core/record-store";
import type { Outcome } from "@/lib/core/state-machine";
import { createJobStore } from "@/lib/store/jobs/create-job-store";
import { createMemoryLedger } from "@/lib/store/memory/create-memory-ledger";
import { createVirtualTime } from "@/lib/testing/virtual-time";
import { createSweep } from "@/lib/worker/sweep";
import { aClaim, aNewJob, asItWas, HOUR_MS, LEASE_MS, RETENTION } from "@/tests/support/builders";
import { BROKEN, DONE } from "@/tests/support/job-bench";

const NOTHING = { promoted: 0, rescued: 0, removed: 0, events: 0 };

function setUp() {
  const { clock, pass } = createVirtualTime();
  let nonces = 0;
  const store = createJobStore({
    ledger: createMemoryLedger({ clock }),
    retention: RETENTION,
    nonce: () => `n${++nonces}`,
  });
  const kicks: Kick[] = [];
  const told: JobEvent[] = [];
  const removed: string[] = [];
  const errors: string[] = [];
  const world = {
    due: [] as DueRecord[],
    kick: async (wished: readonly Kick[]) => void kicks.push(...wished),
    tell: async (event: JobEvent) => void told.push(event),
    /** Hears of all or of none. */
    async tellAll(events: readonly JobEvent[]) {
      const before = told.length;
      try {
        for (const event of events) await world.tell(event);
      } catch (error) {
        told.length = before;
        throw error;
      }
    },
    async removeJob(job: FinishedJob) {
      removed.push(job.id);
      await store.forget(job, clock());
    },
    async removeLate(id: JobId) {
      removed.push(`files of ${id}`);
      await store.forgetFiles(id);
    },
    async serveRecord(record: DueRecord) {
      removed.push(record.id);
      world.due = world.due.filter((other) => other !== record);
    },
  };
  const { sweep, tend } = createSweep({
    store,
    records: { due: async (_now, limit) => world.due.slice(0, limit) },
    dispatcher: { kick: (wished) => world.kick(wished) },
    clock,
    tell: (events) => world.tellAll(events),
    removeJob: (job) => world.removeJob(job),
    removeLate: (id) => world.removeLate(id),
    serveRecord: (record) => world.serveRecord(record),
    onError: (event, error) => void errors.push(`${event}: ${error instanceof Error ? error.message : error}`),
  });

  /** Enqueues jobs and ends them, each with an event. */
  async function endMany(count: number, outcome: Outcome = DONE): Promise<JobId[]> {
    const jobs = Array.from({ length: count }, () => aNewJob());
    await store.enqueue(jobs, clock());
    const { held } = await store.claim(aClaim({ limit: count, now: clock() }));
    const settlements = held.map((one) => ({
      held: one,
      outcome,
      reached: asItWas(one.job),
    }));
    await store.settle("tests", settlements, clock(), 0);
    return jobs.map(({ id }) => id);
  }
  return {
    store,
    clock,
    pass,
    kicks,
    told,
    removed,
    errors,
    world,
    sweep,
    tend,
    endMany,
    failMany: (count: number) => endMany(count, BROKEN),
  };
}

const fails = () => Promise.reject(new Error("out of reach"));

describe("the sweep", () => {
  test("serves records also where removing what has expired takes longer than it has", async () => {
    const { endMany, pass, sweep, world, removed, store, clock } = setUp();
    await endMany(300);
    await store.acknowledge((await store.tend(clock(), 1_000)).events);
    pass(RETENTION.completedMs);
    world.due = [{ kind: "schedule", owner: "ada", id: "sch_1" }];
    const { removeJob } = world;
    world.removeJob = async (job) => {
      pass(1_000);
      await removeJob(job);
    };
    await sweep();
    expect(removed).toHaveLength(301);
    expect(removed.indexOf("sch_1")).toBe(60);
  });

  test("does nothing when nothing is due", async () => {
    const { sweep, kicks } = setUp();
    expect(await sweep()).toEqual(NOTHING);
    expect(kicks).toEqual([]);
  });

  test("promotes what is due, rescues what was lost, and kicks for them", async () => {
    const { store, clock, pass, sweep, kicks } = setUp();
    await store.enqueue([aNewJob(), aNewJob({ runAt: clock() + 1_000, queue: "later" })], clock());
    await store.claim(aClaim({ now: clock() }));
    pass(LEASE_MS);
    expect(await sweep()).toEqual({ ...NOTHING, promoted: 1, rescued: 1 });
    expect(kicks.map(({ queue, delayMs }) => [queue, delayMs]).sort()).toEqual([
      ["later", 0],
      ["tests", 0],
    ]);
    expect(await sweep()).toEqual(NOTHING);
  });

  test("tells of each end once", async () => {
    const { sweep, told, endMany } = setUp();
    const ids = await endMany(3);
    expect(await sweep()).toEqual({ ...NOTHING, events: 3 });
    expect(told.map(({ jobId }) => jobId).sort()).toEqual([...ids].sort());
    expect(await sweep()).toEqual(NOTHING);
  });

  test("tells again of an end whose listener failed, and goes on with the others", async () => {
    const { sweep, world, told, errors, endMany } = setUp();
    const [first] = await endMany(3);
    world.tell = async (event) => {
      if (event.jobId === first) await fails();
      told.push(event);
    };
    expect(await sweep()).toEqual({ ...NOTHING, events: 2 });
    expect(errors).toEqual(["event_failed: out of reach"]);
    world.tell = async (event) => void told.push(event);
    expect(await sweep()).toEqual({ ...NOTHING, events: 1 });
    expect(told.at(-1)).toMatchObject({ jobId: first });
  });

  test("tells of many ends in one go, and of each alone where that failed", async () => {
    const { sweep, world, errors, endMany } = setUp();
    const sizes: number[] = [];
    world.tellAll = async (events) => {
      sizes.push(events.length);
      if (events.length > 1) await fails();
    };
    await endMany(3);
    expect(await sweep()).toEqual({ ...NOTHING, events: 3 });
    expect([sizes, errors]).toEqual([[3, 1, 1, 1], ["events_failed: out of reach"]]);
    await endMany(1);
    await sweep();
    expect(sizes.at(-1)).toBe(1);
  });

  test("removes finished jobs when their time is over; one that could not be removed stays", async () => {
    const { sweep, world, store, pass, removed, errors, endMany } = setUp();
    const [first, second] = await endMany(2);
    await sweep();
    pass(25 * HOUR_MS);
    const remove = world.removeJob;
    world.removeJob = (job) => (job.id === first ? fails() : remove(job));
    expect(await sweep()).toEqual({ ...NOTHING, removed: 1 });
    expect([removed, errors]).toEqual([[second], ["prune_failed: out of reach"]]);
    expect(first && (await store.get(first))).not.toBeNull();
    world.removeJob = remove;
    expect(await sweep()).toEqual({ ...NOTHING, removed: 1 });
    expect(first && (await store.get(first))).toBeNull();
  });

  test("looks once more for files of a job that has failed; what could not be looked for stays, and hides nothing", async () => {
    const { sweep, world, store, pass, removed, errors, failMany } = setUp();
    const [first, second] = await failMany(2);
    await sweep();
    pass(169 * HOUR_MS);
    expect(await sweep()).toEqual({ ...NOTHING, removed: 2 });
    expect(await store.getMany([first, second] as JobId[])).toEqual([null, null]);
    removed.length = 0;
    pass(HOUR_MS);
    const remove = world.removeLate;
    world.removeLate = (id) => (id === first ? fails() : remove(id));
    await sweep();
    expect([removed, errors]).toEqual([[`files of ${second}`], ["late_files_failed: out of reach"]]);
    world.removeLate = remove;
    await sweep();
    await sweep();
    expect(removed).toEqual([`files of ${second}`, `files of ${first}`]);
  });

  test("serves records that are due; one that could not be served holds up no other", async () => {
    const { sweep, world, removed, errors } = setUp();
    world.due = ["a", "b", "c"].map((id) => ({ kind: "uploads", owner: "ada", id }));
    const serve = world.serveRecord;
    world.serveRecord = (record) => (record.id === "b" ? fails() : serve(record));
    await sweep();
    expect([removed, errors]).toEqual([["a", "c"], ["record_failed: out of reach"]]);
  });

  test("serves more records than one look can hold, past those that are stuck, and tries each of those once", async () => {
    const { sweep, world, removed, errors } = setUp();
    world.due = Array.from({ length: 450 }, (_, i) => ({ kind: "uploads", owner: "ada", id: String(i) }));
    const serve = world.serveRecord;
    world.serveRecord = (record) => (Number(record.id) < 250 ? fails() : serve(record));
    await sweep();
    expect([removed.length, errors.length]).toEqual([200, 250]);
  });

  test("goes on when a kick could not be published", async () => {
    const { sweep, world, store, clock, pass, errors, endMany } = setUp();
    await endMany(1);
    await store.enqueue([aNewJob({ runAt: clock() + 1_000 })], clock());
    pass(1_000);
    world.kick = fails;
    expect(await sweep()).toEqual({ ...NOTHING, promoted: 1, events: 1 });
    expect(new Set(errors)).toEqual(new Set(["kick_failed: out of reach"]));
  });

  test("takes up more than one look can hold", async () => {
    const { sweep, told, endMany } = setUp();
    await endMany(250);
    expect(await sweep()).toMatchObject({ events: 250 });
    expect(new Set(told.map(({ id }) => id)).size).toBe(250);
  });

  test("is not kept from the rest by hundreds that are stuck, and tries each of those once", async () => {
    const { sweep, world, store, clock, pass, errors, told, endMany } = setUp();
    await endMany(1_500);
    world.tell = fails;
    await sweep();
    expect(errors).toHaveLength(1_500);
    errors.length = 0;

    await store.enqueue([aNewJob({ runAt: clock() + 1_000 })], clock());
    pass(1_000);
    expect(await sweep()).toMatchObject({ promoted: 1, events: 0 });
    expect(errors).toHaveLength(1_500);
    expect(told).toEqual([]);
  });

  test("ends although there is ever more that is due", async () => {
    const { sweep, world, clock, store, endMany } = setUp();
    await endMany(100);
    let calls = 0;
    world.tell = async () => {
      calls += 1;
      await store.enqueue([aNewJob({ runAt: clock() })], clock());
      if (calls % 100 === 0) await endMany(100);
    };
    expect((await sweep()).events).toBeLessThanOrEqual(2_000);
  });
});

describe("tend", () => {
  test("takes one look: what a worker does before it begins", async () => {
    const { tend, endMany } = setUp();
    await endMany(3);
    expect(await tend()).toMatchObject({ events: 3, removed: 0, promoted: 0, rescued: 0, hasMore: false });
  });

  test("tries again at every call what failed before", async () => {
    const { tend, world, errors, endMany } = setUp();
    await endMany(1);
    world.tell = fails;
    await tend();
    await tend();
    expect(errors).toHaveLength(2);
  });
});
