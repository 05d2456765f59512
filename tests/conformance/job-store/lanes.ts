import { beforeEach, describe, expect, test } from "vitest";
import { MAX_LOSSES } from "@/lib/core/state-machine";
import { aNewJob, aReached, LEASE_MS, NOW } from "@/tests/support/builders";
import { BROKEN, DONE, type JobBench } from "@/tests/support/job-bench";

/** Part of the suite for the job store; `current` answers the bench of the running test. */
export function describeLanes(current: () => JobBench) {
  let bench: JobBench;
  beforeEach(() => {
    bench = current();
  });

  describe("jobs that share a concurrency key", () => {
    const keyed = { concurrencyKey: "savings" };

    test("run one after the other, in their order", async () => {
      const jobs = Array.from({ length: 3 }, () => aNewJob(keyed));
      await bench.store.enqueue(jobs, NOW);
      const ran: string[] = [];
      for (let held = (await bench.claim()).held; held.length > 0; held = (await bench.claim()).held) {
        expect(held).toHaveLength(1);
        for (const one of held) {
          ran.push(one.job.id);
          await bench.settle(one, DONE);
        }
      }
      expect(ran).toEqual(jobs.map(({ id }) => id));
    });

    test("ask for no worker while they stand behind", async () => {
      await bench.enqueue(keyed);
      const held = await bench.claimOne();
      expect((await bench.enqueue(keyed)).kicks).toEqual([]);
      expect((await bench.settle(held, DONE)).kicks).toMatchObject([{ queue: "tests", delayMs: 0 }]);
    });

    test("count as queued while they stand behind", async () => {
      await bench.enqueue(keyed);
      bench.pass(1_000);
      await bench.enqueue(keyed);
      expect(await bench.store.counts(["tests", "mails"])).toEqual([
        { queue: "tests", queued: 2, running: 0, oldestAt: NOW, isPaused: false },
        { queue: "mails", queued: 0, running: 0, oldestAt: null, isPaused: false },
      ]);
    });

    test("wait for one that is interrupted, retried, put off or paused", async () => {
      const [first, second] = [await bench.enqueue(keyed), await bench.enqueue(keyed)];
      await bench.settle(await bench.claimOne(), { kind: "interrupted" });
      expect(await bench.line()).toEqual([first.id]);
      await bench.settle(await bench.claimOne(), { kind: "waiting", delayMs: 1_000 });
      expect(await bench.line()).toEqual([]);
      await bench.control(first.id, "pause");
      expect(await bench.line()).toEqual([]);
      const answer = await bench.control(first.id, "cancel");
      expect(answer).toMatchObject({ kind: "done", kicks: [{ queue: "tests" }] });
      expect(await bench.line()).toEqual([second.id]);
    });

    test("go on with the lane that they held when they were paused, once they are resumed", async () => {
      const { id } = await bench.enqueue({ concurrencyKey: "k" });
      const behind = await bench.enqueue({ concurrencyKey: "k" });
      await bench.settle(await bench.claimOne(), { kind: "interrupted" });
      await bench.control(id, "pause");
      expect(await bench.line()).toEqual([]);
      await bench.control(id, "resume");
      const held = await bench.claimOne();
      expect(held.job.id).toBe(id);
      await bench.settle(held, DONE);
      expect((await bench.claimOne()).job.id).toBe(behind.id);
    });

    test("do not wait for those of another owner, name or key", async () => {
      const others = [{ owner: "bob" }, { name: "tests.other" }, { concurrencyKey: "current" }];
      for (const other of [{}, ...others]) await bench.enqueue({ ...keyed, ...other });
      expect((await bench.claim()).held).toHaveLength(4);
    });

    test("close up when one of them is cancelled or paused while it stands behind", async () => {
      const [first, second, third, fourth] = [
        await bench.enqueue(keyed),
        await bench.enqueue(keyed),
        await bench.enqueue(keyed),
        await bench.enqueue(keyed),
      ];
      await bench.control(second.id, "cancel");
      await bench.control(third.id, "pause");
      const { kicks } = await bench.settle(await bench.claimOne(), DONE);
      expect(kicks).toHaveLength(1);
      expect(await bench.line()).toEqual([fourth.id]);
      await bench.control(third.id, "resume");
      expect(await bench.line()).toEqual([fourth.id]);
      await bench.settle(await bench.claimOne(), BROKEN);
      expect(await bench.line()).toEqual([third.id]);
      expect(await bench.stateOf(first.id)).toBe("completed");
    });

    test("take their turn when they become due, and when they are retried", async () => {
      const scheduled = await bench.enqueue({ ...keyed, runAt: NOW + 1_000 });
      const running = await bench.enqueue(keyed);
      const held = await bench.claimOne();
      bench.pass(1_000);
      expect((await bench.tend()).promoted).toBe(1);
      expect(await bench.line()).toEqual([]);
      await bench.settle(held, BROKEN);
      await bench.control(running.id, "retry");
      expect(await bench.line()).toEqual([scheduled.id]);
      await bench.settle(await bench.claimOne(), DONE);
      expect(await bench.line()).toEqual([running.id]);
    });

    test("leave a lane once, though a worker gives one job back twice, as it was lost and as it is", async () => {
      const { id } = await bench.enqueue(keyed);
      const lost = await bench.claimOne();
      bench.pass(LEASE_MS);
      await bench.tend();
      const held = await bench.claimOne({ token: "w2" });
      const settlements = [lost, held].map((one) => ({ held: one, outcome: DONE, reached: aReached(1) }));
      const { jobs } = await bench.store.settle("tests", settlements, bench.now(), 0);
      expect(jobs).toMatchObject([null, { id, state: "completed" }]);
      const next = await bench.enqueue(keyed);
      expect(await bench.line()).toEqual([next.id]);
    });

    test("let the oldest go first, also one that becomes due at the moment the lane is left", async () => {
      const oldest = await bench.enqueue({ ...keyed, runAt: NOW + MAX_LOSSES * LEASE_MS - 1 });
      bench.pass(1);
      await bench.enqueue({ ...keyed, priority: 1 });
      await bench.enqueue(keyed);
      for (let loss = 0; loss < MAX_LOSSES; loss += 1) {
        await bench.claimOne();
        bench.pass(LEASE_MS);
        await bench.tend();
      }
      expect(await bench.line()).toEqual([oldest.id]);
    });

    test("all get their turn when they come and go at once", async () => {
      await Promise.all(Array.from({ length: 12 }, () => bench.enqueue(keyed)));
      let count = 0;
      for (let held = (await bench.claim()).held; held.length > 0; held = (await bench.claim()).held) {
        expect(held).toHaveLength(1);
        const joining = count < 3 ? bench.enqueue(keyed) : null;
        await Promise.all([...held.map((one) => bench.settle(one, DONE)), joining]);
        count += 1;
      }
      expect(count).toBe(15);
    });

    test("are listed as completed in that order, until they are forgotten", async () => {
      const ids = [];
      for (const outcome of [DONE, BROKEN, DONE]) {
        ids.push((await bench.enqueue(keyed)).id);
        await bench.settle(await bench.claimOne(), outcome);
        bench.pass(1);
      }
      const done = await bench.store.completed("ada", "tests.work", "savings");
      expect(done.map(({ id }) => id)).toEqual([ids[0], ids[2]]);
      for (const job of done.slice(0, 1)) await bench.store.forget(job, bench.now());
      expect(await bench.store.completed("ada", "tests.work", "savings")).toEqual(done.slice(1));
      expect(await bench.store.completed("bob", "tests.work", "savings")).toEqual([]);
    });
  });
}
