import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { JobStore, NewJob } from "@/lib/core/job-store";
import { createJobStore } from "@/lib/store/jobs/create-job-store";
import { aClaim, aNewJob, aReached, LEASE_MS, NOW, RETENTION } from "@/tests/support/builders";
import { hasRedisServer, onRedis, type RedisServer, startRedis } from "@/tests/support/redis";
import { aFaultyLedger } from "@/tests/support/redis-faults";

const completed = { kind: "completed", output: { value: "done" } } as const;

/** Each request is carried out, its answer is lost, and the identical request is sent again. */
describe.skipIf(!hasRedisServer)(onRedis("jobs on a Redis whose answers get lost"), () => {
  let server: RedisServer;
  let store: JobStore;
  let lose: (answers: number) => void;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    await server.flush();
    const faulty = aFaultyLedger(server);
    let nonces = 0;
    store = createJobStore({ ledger: faulty.ledger, retention: RETENTION, nonce: () => `nonce-${++nonces}` });
    lose = faulty.lose;
  });

  async function claimOne(job: NewJob = aNewJob()) {
    await store.enqueue([job], NOW);
    const [held] = (await store.claim(aClaim({ limit: 1 }))).held;
    return held ?? expect.fail("nothing was claimed");
  }

  test("are enqueued once, and still ask for a worker", async () => {
    const job = aNewJob();
    lose(1);
    const { answers, kicks } = await store.enqueue([job], NOW);
    expect(answers).toMatchObject([{ job: { id: job.id, state: "queued" } }]);
    expect(kicks).toEqual([{ queue: "tests", nonce: "nonce-1", delayMs: 0 }]);
    expect(await store.counts(["tests"])).toMatchObject([{ queued: 1, running: 0 }]);
  });

  test.each([1, 2, 3])("are claimed by the worker that asked, and counted once (answers lost: %i)", async (answers) => {
    await store.enqueue([aNewJob(), aNewJob()], NOW);
    lose(answers);
    const { held } = await store.claim(aClaim({ concurrency: 2 }));
    expect(held).toMatchObject([
      { job: { state: "running", token: "w1", slices: 1 } },
      { job: { state: "running", token: "w1", slices: 1 } },
    ]);
    expect(await store.counts(["tests"])).toMatchObject([{ queued: 0, running: 2 }]);
  });

  test("keep a commit once, and their worker", async () => {
    const held = await claimOne();
    lose(1);
    const answer = await store.commit(held, { reached: aReached(4), leasedUntil: NOW + 2 * LEASE_MS, now: NOW });
    expect(answer).toMatchObject({ kind: "continue", held: { job: { commits: 1, percent: 40 } } });
  });

  test("end once, and make one event", async () => {
    const held = await claimOne();
    lose(1);
    const settled = await store.settle("tests", [{ held, outcome: completed, reached: aReached(10) }], NOW, 1);
    expect(settled.jobs).toMatchObject([{ id: held.job.id, state: "completed", output: { value: "done" } }]);
    expect(await store.counts(["tests"])).toMatchObject([{ queued: 0, running: 0 }]);
    expect((await store.tend(NOW, 10)).events).toMatchObject([{ jobId: held.job.id, state: "completed" }]);
  });

  test.each(["cancel", "pause"] as const)("obey a %s whose answer was lost", async (verb) => {
    const job = aNewJob();
    await store.enqueue([job], NOW);
    lose(1);
    const answer = await store.control(job.id, job.owner, verb, NOW);
    expect(answer).toMatchObject({ kind: "done", job: { state: verb === "cancel" ? "cancelled" : "paused" } });
    expect(await store.counts(["tests"])).toMatchObject([{ queued: 0, running: 0 }]);
  });

  test("are rescued once", async () => {
    const { job } = await claimOne();
    lose(1);
    await store.tend(NOW + LEASE_MS, 10);
    expect((await store.get(job.id))?.job).toMatchObject({ state: "queued", losses: 1 });
    expect(await store.counts(["tests"])).toMatchObject([{ queued: 1, running: 0 }]);
  });
});
