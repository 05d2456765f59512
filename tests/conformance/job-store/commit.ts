import { beforeEach, describe, expect, test } from "vitest";
import type { FinishedJob } from "@/lib/core/job";
import { aCheckpoint, aNewJob, aReached, HOUR_MS, LEASE_MS, NOW } from "@/tests/support/builders";
import { DONE, type JobBench } from "@/tests/support/job-bench";

/** Part of the suite for the job store; `current` answers the bench of the running test. */
export function describeCommit(current: () => JobBench) {
  let bench: JobBench;
  beforeEach(() => {
    bench = current();
  });

  describe("commit", () => {
    test("saves what was reached and renews the lease", async () => {
      await bench.enqueue();
      const held = await bench.claimOne();
      bench.pass(10_000);
      const leasedUntil = bench.now() + LEASE_MS;
      const answer = await bench.store.commit(held, { reached: aReached(4), leasedUntil, now: bench.now() });
      const job = {
        ...held.job,
        checkpoint: aCheckpoint(4),
        percent: 40,
        leasedUntil,
        commits: 1,
        updatedAt: bench.now(),
        commands: 18,
      };
      expect(answer).toEqual({ kind: "continue", held: { rev: job.createdAt + 2, job } });
      expect(await bench.store.get(held.job.id)).toEqual({ rev: job.createdAt + 2, job });
      bench.pass(LEASE_MS - 1);
      expect((await bench.tend()).rescued).toBe(0);
      bench.pass(1);
      expect((await bench.tend()).rescued).toBe(1);
    });

    test("is written once and answered alike when it is sent twice", async () => {
      await bench.enqueue();
      const held = await bench.claimOne();
      const commit = { reached: aReached(4), leasedUntil: NOW + 2 * LEASE_MS, now: NOW };
      const first = await bench.store.commit(held, commit);
      expect(await bench.store.commit(held, commit)).toEqual(first);
    });

    test("goes through after a heartbeat that its worker did not hear back from", async () => {
      await bench.enqueue();
      const held = await bench.claimOne();
      await bench.store.commit(held, { reached: null, leasedUntil: NOW + 40_000, now: NOW });
      const answer = await bench.store.commit(held, { reached: aReached(2), leasedUntil: NOW + 50_000, now: NOW });
      expect(answer).toMatchObject({
        kind: "continue",
        held: { rev: held.job.createdAt + 3, job: { commits: 1, percent: 20 } },
      });
    });

    test.each(["cancel", "pause"] as const)("says %s after that was asked for, and is still saved", async (verb) => {
      const { id } = await bench.enqueue();
      const held = await bench.claimOne();
      expect(await bench.control(id, verb)).toMatchObject({ kind: "done", job: { state: "running", stop: verb } });
      const commit = { reached: aReached(3), leasedUntil: NOW + LEASE_MS, now: NOW };
      expect(await bench.store.commit(held, commit)).toMatchObject({ kind: verb, held: { job: { percent: 30 } } });
    });

    test("is lost once the job was rescued, once another worker has it, and once it is gone", async () => {
      const { id } = await bench.enqueue();
      const held = await bench.claimOne();
      const commit = { reached: aReached(3), leasedUntil: NOW + HOUR_MS, now: NOW };
      bench.pass(LEASE_MS);
      await bench.tend();
      expect(await bench.store.commit(held, commit)).toEqual({ kind: "lost" });
      const other = await bench.claimOne({ token: "w2" });
      expect(await bench.store.commit(held, commit)).toEqual({ kind: "lost" });
      expect((await bench.store.get(id))?.job).toEqual(other.job);
      const { jobs } = await bench.settle(other, DONE);
      await bench.store.forget(jobs[0] as FinishedJob, bench.now());
      expect(await bench.store.commit(held, commit)).toEqual({ kind: "lost" });
    });

    test("is lost where the job was removed and made again under its id", async () => {
      const newJob = aNewJob();
      await bench.store.enqueue([newJob], bench.now());
      const first = await bench.claimOne();
      const { jobs } = await bench.settle(first, DONE);
      bench.pass(HOUR_MS);
      await bench.store.forget(jobs[0] as FinishedJob, bench.now());
      await bench.store.enqueue([newJob], bench.now());
      const second = await bench.claimOne({ token: "w2" });
      const commit = { reached: aReached(3), leasedUntil: bench.now() + LEASE_MS, now: bench.now() };
      expect(await bench.store.commit(first, commit)).toEqual({ kind: "lost" });
      expect((await bench.store.get(newJob.id))?.job).toEqual(second.job);
    });
  });
}
