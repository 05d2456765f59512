import { beforeEach, describe, expect, test } from "vitest";
import type { FinishedJob } from "@/lib/core/job";
import type { Ledger } from "@/lib/core/ledger";
import { MAX_LOSSES } from "@/lib/core/state-machine";
import { createJobStore } from "@/lib/store/jobs/create-job-store";
import { jobPlace } from "@/lib/store/jobs/places";
import { aCheckpoint, aNewJob, aReached, HOUR_MS, LEASE_MS, NOW, RETENTION } from "@/tests/support/builders";
import { BROKEN, DONE, type JobBench } from "@/tests/support/job-bench";

/** Part of the suite for the job store; `current` answers the bench of the running test. */
export function describeTend(current: () => JobBench) {
  let bench: JobBench;
  beforeEach(() => {
    bench = current();
  });

  describe("tend", () => {
    const IDLE = { promoted: 0, rescued: 0, kicks: [], expired: [], events: [], late: [], hasMore: false };

    test("has nothing to do for jobs that run or wait in line", async () => {
      await bench.enqueue();
      await bench.enqueue();
      await bench.claimOne();
      expect(await bench.tend()).toEqual(IDLE);
    });

    test("promotes what is due, at most so many, and asks for a worker once", async () => {
      await bench.store.enqueue(
        [3, 1, 2].map((s) => aNewJob({ runAt: NOW + s * 1_000 })),
        NOW,
      );
      bench.pass(2_000);
      expect(await bench.tend(1)).toMatchObject({ promoted: 1, kicks: [{ queue: "tests" }], hasMore: true });
      expect(await bench.tend(9)).toMatchObject({ promoted: 1, kicks: [], hasMore: false });
      expect(await bench.line()).toHaveLength(2);
    });

    test("rescues a job from a worker that is gone, with its checkpoint", async () => {
      const { id } = await bench.enqueue();
      const held = await bench.claimOne();
      await bench.store.commit(held, { reached: aReached(5), leasedUntil: NOW + LEASE_MS, now: NOW });
      bench.pass(LEASE_MS);
      expect(await bench.tend()).toMatchObject({ rescued: 1, kicks: [{ queue: "tests" }] });
      expect((await bench.store.get(id))?.job).toMatchObject({
        state: "queued",
        losses: 1,
        checkpoint: aCheckpoint(5),
      });
      expect((await bench.tend()).rescued).toBe(0);
    });

    test("fails a job that takes every worker with it", async () => {
      const { id } = await bench.enqueue();
      for (let loss = 0; loss < MAX_LOSSES; loss += 1) {
        await bench.claimOne();
        bench.pass(LEASE_MS);
        await bench.tend();
      }
      expect((await bench.store.get(id))?.job).toMatchObject({ state: "failed", error: { code: "worker_lost" } });
      expect((await bench.tend()).events).toMatchObject([{ jobId: id, state: "failed" }]);
    });

    test("answers a job whose record has gone by itself, for its files are still there", async () => {
      const { id } = await bench.enqueue();
      await bench.settle(await bench.claimOne(), DONE);
      await bench.store.acknowledge((await bench.tend()).events);
      await bench.ledger.apply([
        { puts: [{ key: jobPlace(id), expect: { below: Number.MAX_SAFE_INTEGER }, entry: null }] },
      ]);
      bench.pass(RETENTION.completedMs);
      expect((await bench.tend()).late).toEqual([]);
      bench.pass(HOUR_MS);
      expect((await bench.tend()).late).toEqual([id]);
      await bench.store.forgetFiles(id);
      expect(await bench.tend()).toEqual(IDLE);
    });

    test("answers events until they are acknowledged", async () => {
      const { id } = await bench.enqueue();
      await bench.control(id, "cancel");
      const { events } = await bench.tend();
      expect(events).toEqual([{ id: `cancelled:${NOW}:${id}`, jobId: id, state: "cancelled", at: NOW }]);
      expect((await bench.tend()).events).toEqual(events);
      await bench.store.acknowledge(events);
      await bench.store.acknowledge([]);
      expect(await bench.tend()).toEqual(IDLE);
    });

    test("answers finished jobs whose time is over until they are forgotten", async () => {
      await bench.enqueue();
      const { jobs } = await bench.settle(await bench.claimOne(), DONE);
      await bench.store.acknowledge((await bench.tend()).events);
      bench.pass(RETENTION.completedMs - 1);
      expect((await bench.tend()).expired).toEqual([]);
      bench.pass(1);
      expect((await bench.tend()).expired).toEqual(jobs);
      expect(await bench.store.forget(jobs[0] as FinishedJob, bench.now())).toBe(true);
      expect(await bench.tend()).toEqual(IDLE);
    });

    test("tells of a forgotten job once more where files of it may come late, until that was seen to", async () => {
      const { id } = await bench.enqueue();
      const { jobs } = await bench.settle(await bench.claimOne(), BROKEN);
      await bench.store.acknowledge((await bench.tend()).events);
      await bench.store.forget(jobs[0] as FinishedJob, bench.now());
      bench.pass(HOUR_MS - 1);
      expect(await bench.tend()).toEqual(IDLE);
      bench.pass(1);
      expect(await bench.tend()).toEqual({ ...IDLE, late: [id] });
      expect(await bench.tend()).toEqual({ ...IDLE, late: [id] });
      await bench.store.forgetFiles(id);
      expect(await bench.tend()).toEqual(IDLE);
      expect(await bench.ledger.range({ set: "due", limit: 9 })).toEqual([]);
    });

    test("finds due jobs behind events that nobody takes", async () => {
      const { id } = await bench.enqueue({ runAt: NOW + 1_000 });
      for (let i = 0; i < 5; i += 1) await bench.control((await bench.enqueue()).id, "cancel");
      bench.pass(1_000);
      expect(await bench.tend(2)).toMatchObject({ promoted: 1 });
      expect(await bench.line()).toEqual([id]);
    });

    test("kicks again where a kick was lost, or a worker died between two claims", async () => {
      await bench.enqueue();
      await bench.enqueue();
      bench.pass(15_000);
      expect((await bench.tend()).kicks).toMatchObject([{ queue: "tests", delayMs: 0 }]);
      expect((await bench.tend()).kicks).toEqual([]);
      await bench.settle(await bench.claimOne(), DONE);
      bench.pass(LEASE_MS);
      expect((await bench.tend()).kicks).toMatchObject([{ queue: "tests", delayMs: 0 }]);
    });

    test("puts what a promotion costs on the job's bill", async () => {
      const { id, answer } = await bench.enqueue({ runAt: NOW + 1_000 });
      bench.pass(1_000);
      await bench.tend();
      const before = answer.job?.commands ?? Number.NaN;
      expect((await bench.store.get(id))?.job.commands).toBe(before + 7);
    });

    test("takes a timer away whose job is gone, but for a last look at its files", async () => {
      await bench.ledger.apply([{ moves: [{ set: "due", member: "job:job_gone", score: NOW }] }]);
      expect(await bench.tend()).toEqual(IDLE);
      const timer = { member: "files:job_gone", score: NOW + HOUR_MS };
      expect(await bench.ledger.range({ set: "due", limit: 9 })).toEqual([timer]);
    });

    test("stops looking after a queue that is empty", async () => {
      await bench.enqueue();
      await bench.store.acknowledge([]);
      const { jobs } = await bench.settle(await bench.claimOne(), DONE);
      await bench.store.acknowledge((await bench.tend()).events);
      bench.pass(LEASE_MS);
      expect(await bench.tend()).toEqual(IDLE);
      expect(await bench.ledger.range({ set: "due", limit: 9 })).toEqual([
        { member: `job:${jobs[0]?.id}`, score: NOW + RETENTION.completedMs },
      ]);
    });
  });

  test("kick asks for a worker for each queue, unless one is asked for already", async () => {
    await bench.enqueue();
    const kicks = await bench.store.kick(["tests", "mails", "mails"], NOW);
    expect(kicks.map(({ queue }) => queue)).toEqual(["mails"]);
    expect(await bench.store.kick([], NOW)).toEqual([]);
  });

  describe("rescueAll", () => {
    test("takes all jobs from a worker known to be gone, and lets the next tend kick", async () => {
      await bench.store.enqueue([aNewJob(), aNewJob(), aNewJob(), aNewJob({ runAt: NOW + HOUR_MS })], NOW);
      await bench.claim({ limit: 2 });
      expect(await bench.store.rescueAll(NOW)).toBe(2);
      expect(await bench.line()).toHaveLength(3);
      expect((await bench.tend()).kicks).toMatchObject([{ queue: "tests", delayMs: 0 }]);
      expect(await bench.store.rescueAll(NOW)).toBe(0);
    });

    test("finds them among a page of others that are due at the same instant, and reads no job that is merely kept", async () => {
      await bench.store.enqueue(
        Array.from({ length: 1_203 }, () => aNewJob()),
        NOW,
      );
      await bench.claim({ limit: 1_203 });
      const kept = await bench.enqueue({ queue: "mails" });
      await bench.settle(await bench.claimOne({ queue: "mails" }), DONE);
      const { ledger } = bench;
      const read: string[] = [];
      const watched: Ledger = {
        ...ledger,
        read(keys) {
          read.push(...keys);
          return ledger.read(keys);
        },
      };
      const store = createJobStore({ ledger: watched, retention: RETENTION, nonce: () => "n" });
      expect(await store.rescueAll(NOW)).toBe(1_203);
      expect(read).not.toContain(`job:${kept.id}`);
    });
  });
}
