import { beforeEach, describe, expect, test } from "vitest";
import { aJobId, aNewJob, aReached, LEASE_MS, NOW } from "@/tests/support/builders";
import { DONE, type JobBench } from "@/tests/support/job-bench";

/** Part of the suite for the job store; `current` answers the bench of the running test. */
export function describeQueuePause(current: () => JobBench) {
  let bench: JobBench;
  beforeEach(() => {
    bench = current();
  });
  const pause = () => bench.store.pauseQueue("tests", bench.now());
  const resume = () => bench.store.resumeQueue("tests", bench.now());

  describe("a paused queue", () => {
    test("lets nobody take a job, and the worker is told that there is none", async () => {
      const { id } = await bench.enqueue();
      await pause();
      expect(await bench.claim()).toMatchObject({ held: [], isEmpty: true });
      expect(await bench.claim({ candidates: [id, aJobId()] })).toMatchObject({ held: [], isEmpty: true });
      expect(await bench.line()).toEqual([id]);
      expect(await bench.store.counts(["tests", "mails"])).toEqual([
        { queue: "tests", queued: 1, running: 0, oldestAt: NOW, isPaused: true },
        { queue: "mails", queued: 0, running: 0, oldestAt: null, isPaused: false },
      ]);
    });

    test("lets running jobs go on to their end, and other queues alone", async () => {
      const { id } = await bench.enqueue();
      const held = await bench.claimOne();
      await bench.enqueue({ queue: "mails" });
      await pause();
      const answer = await bench.store.commit(held, { reached: aReached(1), leasedUntil: NOW + LEASE_MS, now: NOW });
      expect(answer.kind).toBe("continue");
      if (answer.kind !== "lost") await bench.settle(answer.held, DONE);
      expect(await bench.stateOf(id)).toBe("completed");
      expect((await bench.claim({ queue: "mails" })).held).toHaveLength(1);
    });

    test("asks for no worker, whatever comes in, becomes due, is rescued or found waiting", async () => {
      await bench.enqueue();
      await bench.claimOne();
      await pause();
      expect((await bench.enqueue()).kicks).toEqual([]);
      expect(await bench.store.kick(["tests"], NOW)).toEqual([]);
      await bench.enqueue({ runAt: NOW + 1_000 });
      bench.pass(LEASE_MS);
      expect(await bench.tend()).toMatchObject({ promoted: 1, rescued: 1, kicks: [] });
      expect(await bench.line()).toHaveLength(3);
      expect(await bench.ledger.range({ set: "due", limit: 9 })).toEqual([]);
    });

    test("kicks when it is resumed, though a kick was outstanding, and loses nothing", async () => {
      await bench.enqueue();
      await pause();
      await bench.enqueue();
      expect(await resume()).toEqual([{ queue: "tests", nonce: expect.any(String), delayMs: 0 }]);
      expect((await bench.claim()).held).toHaveLength(2);
    });

    test("is looked after again once it is resumed, should that kick be lost", async () => {
      await bench.enqueue();
      await pause();
      bench.pass(LEASE_MS);
      expect((await bench.tend()).kicks).toEqual([]);
      await resume();
      bench.pass(15_000);
      expect((await bench.tend()).kicks).toMatchObject([{ queue: "tests", delayMs: 0 }]);
    });

    test("stays so when it is paused twice, and goes on when it is resumed once", async () => {
      await pause();
      await pause();
      await resume();
      await bench.enqueue();
      expect((await bench.claim()).held).toHaveLength(1);
      await resume();
      expect((await bench.store.counts(["tests"]))[0]?.isPaused).toBe(false);
    });

    test("gives no job away once the pause is answered, however many claim at that moment", async () => {
      await bench.store.enqueue(
        Array.from({ length: 6 }, () => aNewJob()),
        NOW,
      );
      const claims = ["w1", "w2", "w3"].map((token) => bench.claim({ token, limit: 1 }));
      await pause();
      const during = (await Promise.all(claims)).flatMap(({ held }) => held).length;
      expect((await bench.claim({ token: "w4" })).held).toEqual([]);
      await resume();
      expect((await bench.claim({ token: "w5" })).held).toHaveLength(6 - during);
    });
  });
}
