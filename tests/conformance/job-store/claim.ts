import { beforeEach, describe, expect, test } from "vitest";
import { aJobId, aNewJob, LEASE_MS, NOW } from "@/tests/support/builders";
import { DONE, type JobBench } from "@/tests/support/job-bench";

/** Part of the suite for the job store; `current` answers the bench of the running test. */
export function describeClaim(current: () => JobBench) {
  let bench: JobBench;
  beforeEach(() => {
    bench = current();
  });

  describe("claim", () => {
    test("gives jobs as they were enqueued to one worker", async () => {
      const { id, answer } = await bench.enqueue();
      bench.pass(1_000);
      const { held, isEmpty } = await bench.claim();
      const { rank: _rank, ...facts } = answer.job as { rank: number };
      const job = {
        ...facts,
        state: "running",
        token: "w1",
        leasedUntil: NOW + 1_000 + LEASE_MS,
        claimedAt: NOW + 1_000,
        isOverdue: false,
        begunAttempt: 1,
        stop: null,
        startedAt: NOW + 1_000,
        updatedAt: NOW + 1_000,
        slices: 1,
        commands: 14,
      };
      expect({ held, isEmpty }).toEqual({ held: [{ rev: NOW + 1, job }], isEmpty: true });
      expect(await bench.store.get(id)).toEqual({ rev: NOW + 1, job });
      expect(await bench.claim({ token: "w2" })).toEqual({ held: [], isEmpty: true, kicks: [] });
    });

    test("takes no more than asked for, and says that some are left", async () => {
      await bench.store.enqueue(
        Array.from({ length: 3 }, () => aNewJob()),
        NOW,
      );
      expect(await bench.claim({ limit: 2 })).toMatchObject({ held: [{}, {}], isEmpty: false });
      expect(await bench.claim({ limit: 2 })).toMatchObject({ held: [{}], isEmpty: true });
    });

    test("never gives one job to two workers", async () => {
      await bench.store.enqueue(
        Array.from({ length: 20 }, () => aNewJob()),
        NOW,
      );
      const claims = await Promise.all(["w1", "w2", "w3"].map((token) => bench.claim({ token, limit: 20 })));
      const ids = claims.flatMap(({ held }) => held.map(({ job }) => job.id));
      expect(new Set(ids).size).toBe(20);
      expect(ids).toHaveLength(20);
    });

    test("leaves other queues alone", async () => {
      await bench.enqueue({ queue: "mails" });
      expect(await bench.claim()).toEqual({ held: [], isEmpty: true, kicks: [] });
    });

    test("lets no more run at once than the queue may", async () => {
      await bench.store.enqueue(
        Array.from({ length: 5 }, () => aNewJob()),
        NOW,
      );
      const first = await bench.claim({ concurrency: 2 });
      expect(first).toMatchObject({ held: [{}, {}], isEmpty: false });
      expect(await bench.claim({ concurrency: 2 })).toEqual({ held: [], isEmpty: false, kicks: [] });
      const [held] = first.held;
      if (held) await bench.settle(held, DONE);
      expect((await bench.claim({ concurrency: 2 })).held).toHaveLength(1);
    });

    test("takes the candidates that it is given, as far as they are still there", async () => {
      const [a, b, c] = [await bench.enqueue(), await bench.enqueue(), await bench.enqueue()];
      await bench.claim({ limit: 1 });
      const { held } = await bench.claim({ token: "w2", candidates: [a.id, c.id, aJobId()] });
      expect(held.map(({ job }) => job.id)).toEqual([c.id]);
      expect(await bench.line()).toEqual([b.id]);
      expect(await bench.claim({ candidates: [] })).toEqual({ held: [], isEmpty: true, kicks: [] });
    });
  });
}
