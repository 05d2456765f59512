import { beforeEach, describe, expect, test } from "vitest";
import type { FinishedJob } from "@/lib/core/job";
import { eventOf } from "@/lib/core/job-event";
import { aCheckpoint, aNewJob, aReached, LEASE_MS, NOW, RETENTION } from "@/tests/support/builders";
import { BROKEN, DONE, type JobBench } from "@/tests/support/job-bench";

/** Part of the suite for the job store; `current` answers the bench of the running test. */
export function describeSettle(current: () => JobBench) {
  let bench: JobBench;
  beforeEach(() => {
    bench = current();
  });

  describe("settle", () => {
    test("ends a job, with its output and its event, and keeps it for a while", async () => {
      const { id } = await bench.enqueue();
      const held = await bench.claimOne();
      bench.pass(1_000);
      const settled = await bench.store.settle(
        "tests",
        [{ held, outcome: DONE, reached: aReached(9) }],
        bench.now(),
        5,
      );
      const { token: _token, leasedUntil: _leasedUntil, stop: _stop, ...rest } = held.job;
      const { claimedAt: _claimedAt, isOverdue: _isOverdue, ...facts } = rest;
      const job = {
        ...facts,
        attemptRanMs: 1_000,
        state: "completed",
        checkpoint: aCheckpoint(9),
        percent: 100,
        output: { value: "done" },
        finishedAt: bench.now(),
        updatedAt: bench.now(),
        expiresAt: bench.now() + RETENTION.completedMs,
        last: { token: "w1", answer: "settled" },
        commands: 20,
      } as FinishedJob;
      expect(settled).toEqual({ jobs: [job], candidates: [], kicks: [] });
      expect(await bench.store.get(id)).toEqual({ rev: job.createdAt + 2, job });
      expect((await bench.tend()).events).toEqual([eventOf(job)]);
    });

    test("answers alike when it is sent twice, and tells one event", async () => {
      await bench.enqueue();
      const held = await bench.claimOne();
      const first = await bench.settle(held, BROKEN);
      expect(first.jobs).toMatchObject([{ state: "failed", error: { code: "broken" } }]);
      expect((await bench.settle(held, BROKEN)).jobs).toEqual(first.jobs);
      expect((await bench.tend()).events).toHaveLength(1);
      expect(await bench.store.counts(["tests"])).toEqual([
        { queue: "tests", queued: 0, running: 0, oldestAt: null, isPaused: false },
      ]);
    });

    test("answers the next candidates, and each job in its place", async () => {
      const jobs = Array.from({ length: 4 }, () => aNewJob());
      await bench.store.enqueue(jobs, NOW);
      const { held } = await bench.claim({ limit: 2 });
      const settlements = held.map((job) => ({ held: job, outcome: DONE, reached: aReached(1) }));
      const settled = await bench.store.settle("tests", settlements, NOW, 1);
      expect(settled.jobs.map((job) => job?.id)).toEqual(held.map(({ job }) => job.id));
      expect(settled.candidates).toEqual([jobs[2]?.id]);
    });

    test("tries again later, until the attempts are used up", async () => {
      const { id } = await bench.enqueue({ maxAttempts: 2 });
      const threw = { kind: "threw", error: { code: "down", message: "Down." }, retryInMs: 2_000 } as const;
      const { jobs, kicks } = await bench.settle(await bench.claimOne(), threw);
      expect(jobs).toMatchObject([{ state: "retrying", attempt: 2, runAt: NOW + 2_000, error: { code: "down" } }]);
      expect(kicks).toEqual([{ queue: "tests", nonce: `at-${NOW / 1_000 + 2}`, delayMs: 2_000 }]);
      bench.pass(1_999);
      expect((await bench.tend()).promoted).toBe(0);
      bench.pass(1);
      expect((await bench.tend()).promoted).toBe(1);
      expect((await bench.settle(await bench.claimOne(), threw)).jobs).toMatchObject([{ id, state: "failed" }]);
    });

    test("puts an interrupted job in front of those never begun, and asks for a worker", async () => {
      const [first, second] = [await bench.enqueue(), await bench.enqueue()];
      const held = await bench.claimOne();
      const { jobs, kicks } = await bench.settle(held, { kind: "interrupted" }, aReached(5));
      expect(jobs).toMatchObject([{ state: "queued", percent: 50, checkpoint: aCheckpoint(5) }]);
      expect(kicks).toHaveLength(1);
      expect(await bench.line()).toEqual([first.id, second.id]);
    });

    test("obeys a stop that was asked for in between", async () => {
      const { id } = await bench.enqueue();
      const held = await bench.claimOne();
      await bench.control(id, "pause");
      const { jobs } = await bench.settle(held, { kind: "waiting", delayMs: 60_000 }, aReached(5));
      expect(jobs).toMatchObject([{ state: "paused", percent: 50, from: { state: "waiting", runAt: NOW + 60_000 } }]);
    });

    test("is lost once another worker holds the job", async () => {
      const { id } = await bench.enqueue();
      const held = await bench.claimOne();
      bench.pass(LEASE_MS);
      await bench.tend();
      expect((await bench.settle(held, DONE)).jobs).toEqual([null]);
      const other = await bench.claimOne({ token: "w2" });
      expect((await bench.settle(held, DONE)).jobs).toEqual([null]);
      expect((await bench.store.get(id))?.job).toEqual(other.job);
    });
  });
}
