import { beforeEach, describe, expect, test } from "vitest";
import { LEASE_MS, NOW } from "@/tests/support/builders";
import type { JobBench } from "@/tests/support/job-bench";

/** Part of the suite for the job store; `current` answers the bench of the running test. */
export function describeTimeLimits(current: () => JobBench) {
  let bench: JobBench;
  beforeEach(() => {
    bench = current();
  });
  const limited = (limits: { attemptMs?: number; jobMs?: number }) => ({
    limits: { rate: null, attemptMs: null, jobMs: null, ...limits },
  });

  describe("a job with a time limit", () => {
    test("that outlives it is rescued as one whose time is over: an attempt, and no loss", async () => {
      const { id } = await bench.enqueue(limited({ attemptMs: 50_000 }));
      const held = await bench.claimOne();
      bench.pass(50_000);
      const leasedUntil = bench.now() + LEASE_MS;
      expect((await bench.store.commit(held, { reached: null, leasedUntil, now: bench.now() })).kind).toBe("continue");
      bench.pass(LEASE_MS);
      expect((await bench.tend()).rescued).toBe(1);
      expect((await bench.store.get(id))?.job).toMatchObject({ state: "queued", attempt: 2, losses: 0 });
    });

    test("whose worker is lost before it is only a loss", async () => {
      const { id } = await bench.enqueue(limited({ attemptMs: 20_000 }));
      await bench.claimOne();
      bench.pass(LEASE_MS);
      await bench.tend();
      expect((await bench.store.get(id))?.job).toMatchObject({
        state: "queued",
        attempt: 1,
        losses: 1,
        attemptRanMs: 0,
      });
    });

    test("counts what its attempt ran, and not how long it waited or stood in line", async () => {
      const { id } = await bench.enqueue(limited({ attemptMs: 20_000 }));
      bench.pass(5_000);
      const first = await bench.claimOne();
      bench.pass(3_000);
      await bench.settle(first, { kind: "waiting", delayMs: 60_000 });
      bench.pass(60_000);
      await bench.tend();
      bench.pass(7_000);
      const second = await bench.claimOne({ token: "w2" });
      expect(second.job).toMatchObject({ attemptRanMs: 3_000, claimedAt: bench.now() });
      bench.pass(2_000);
      await bench.settle(second, { kind: "interrupted" });
      expect((await bench.store.get(id))?.job.attemptRanMs).toBe(5_000);
    });

    test("of its own is promoted when it must have ended, to be told so", async () => {
      const { id } = await bench.enqueue(limited({ jobMs: 30_000 }));
      await bench.settle(await bench.claimOne(), { kind: "waiting", delayMs: 3_600_000 });
      expect((await bench.store.get(id))?.job).toMatchObject({ state: "waiting", runAt: NOW + 30_000 });
      bench.pass(30_000);
      expect((await bench.tend()).promoted).toBe(1);
      expect((await bench.claimOne({ token: "w2" })).job.endsBy).toBe(bench.now());
    });
  });
}
