import { beforeEach, describe, expect, test } from "vitest";
import type { JobId } from "@/lib/core/job";
import type { HeldJob } from "@/lib/core/job-store";
import type { Outcome } from "@/lib/core/state-machine";
import type { Wake } from "@/lib/core/wake";
import { aJobId, aReached, aWake, LEASE_MS, NOW } from "@/tests/support/builders";
import { DONE, type JobBench } from "@/tests/support/job-bench";

const waitFor = { stage: "order", name: "paid" };
const FOREVER: Outcome = { kind: "waiting", delayMs: null, waitFor };
const A_MINUTE: Outcome = { kind: "waiting", delayMs: 60_000, waitFor };
const WOKEN = { ...waitFor, timedOut: false, payload: { sum: 7 } };

/** Part of the suite for the job store; `current` answers the bench of the running test. */
export function describeWakes(current: () => JobBench) {
  let bench: JobBench;
  beforeEach(() => {
    bench = current();
  });
  const wake = (id: JobId, fields: Partial<Wake> = {}, owner: string | null = "ada") =>
    bench.store.wake(id, owner, aWake(fields), bench.now());
  const wokenNow = async () => (await bench.claimOne({ token: "w2" })).job.wakes.woken;
  const commit = (held: HeldJob) =>
    bench.store.commit(held, { reached: aReached(5), leasedUntil: bench.now() + LEASE_MS, now: bench.now() });

  /** A job that its worker has given up to wait. */
  async function aWaitingJob(outcome: Outcome = FOREVER): Promise<JobId> {
    await bench.enqueue();
    const held = await bench.claimOne();
    await bench.settle(held, outcome, aReached(4));
    return held.job.id;
  }

  describe("wake", () => {
    test("knows no job of another owner, but for whoever may wake all", async () => {
      const id = await aWaitingJob();
      expect(await wake(id, {}, "bob")).toBeNull();
      expect(await wake(aJobId())).toBeNull();
      expect(await bench.stateOf(id)).toBe("waiting");
      expect(await wake(id, {}, null)).toMatchObject({ kind: "done", job: { state: "queued" } });
    });

    test("queues the job that waits for it, asks for a worker, and tells it the payload", async () => {
      const id = await aWaitingJob(A_MINUTE);
      bench.pass(20_000);
      expect(await wake(id)).toMatchObject({
        kind: "done",
        job: { state: "queued", checkpoint: aReached(4).checkpoint },
        kicks: [{ queue: "tests", delayMs: 0 }],
      });
      expect(await bench.line()).toEqual([id]);
      expect(await wokenNow()).toEqual(WOKEN);
      bench.pass(60_000); // the wait's own time comes, and finds nothing to end
      expect(await bench.tend()).toMatchObject({ promoted: 0, rescued: 1 });
    });

    test("leaves a job in its wait that waits for something else", async () => {
      const id = await aWaitingJob();
      expect(await wake(id, { name: "shipped" })).toMatchObject({ kind: "done", job: { state: "waiting" }, kicks: [] });
      expect(await bench.line()).toEqual([]);
    });

    test("lets a job wait for ever, which no tending ends", async () => {
      const id = await aWaitingJob();
      bench.pass(365 * 86_400_000);
      expect(await bench.tend()).toMatchObject({ promoted: 0, rescued: 0, kicks: [] });
      expect(await bench.stateOf(id)).toBe("waiting");
    });

    test("is not there when the time ran out, and the stage is told so", async () => {
      const id = await aWaitingJob(A_MINUTE);
      bench.pass(60_000);
      expect(await bench.tend()).toMatchObject({ promoted: 1, kicks: [{ queue: "tests", delayMs: 0 }] });
      expect(await bench.line()).toEqual([id]);
      expect(await wokenNow()).toEqual({ ...waitFor, timedOut: true });
    });

    test("that came while the job ran is found by the settle that waits, whose worker knew nothing of it", async () => {
      const { id } = await bench.enqueue();
      const held = await bench.claimOne();
      await wake(id);
      const { jobs, kicks } = await bench.settle(held, A_MINUTE, aReached(4));
      expect(jobs).toMatchObject([{ state: "queued", percent: 40, wakes: { unread: [], woken: WOKEN } }]);
      expect(kicks).toMatchObject([{ queue: "tests" }]);
      expect(await bench.line()).toEqual([id]);
    });

    test("that comes between commit and settle is not lost", async () => {
      const { id } = await bench.enqueue();
      const answer = await commit(await bench.claimOne());
      await wake(id);
      if (answer.kind === "lost") throw new Error("The job was lost.");
      expect((await bench.settle(answer.held, FOREVER, aReached(5))).jobs).toMatchObject([{ state: "queued" }]);
      expect(await wokenNow()).toEqual(WOKEN);
    });

    test("is kept by a commit that goes on, and by an interruption", async () => {
      const { id } = await bench.enqueue();
      const held = await bench.claimOne();
      await wake(id);
      const answer = await commit(held);
      if (answer.kind === "lost") throw new Error("The job was lost.");
      await bench.settle(answer.held, { kind: "interrupted" }, aReached(5));
      await bench.settle(await bench.claimOne({ token: "w2" }), FOREVER);
      expect((await bench.claimOne({ token: "w3" })).job.wakes).toMatchObject({ unread: [], woken: WOKEN });
      expect(await bench.stateOf(id)).toBe("running");
    });

    test("that was read is gone after the next commit, and there again after a loss before it", async () => {
      const id = await aWaitingJob();
      await wake(id);
      await bench.claimOne({ token: "w2" });
      bench.pass(LEASE_MS);
      await bench.tend();
      const held = await bench.claimOne({ token: "w3" });
      expect(held.job.wakes.woken).toEqual(WOKEN);
      expect(await commit(held)).toMatchObject({ held: { job: { wakes: { woken: null } } } });
    });

    test("wakes once when it comes twice, also from two sides at once", async () => {
      const id = await aWaitingJob();
      const answers = await Promise.all([wake(id), wake(id)]);
      expect(answers).toMatchObject([{ kind: "done" }, { kind: "done" }]);
      await bench.settle(await bench.claimOne({ token: "w2" }), FOREVER);
      expect(await bench.stateOf(id)).toBe("waiting");
      expect(await wake(id)).toMatchObject({ kind: "done", job: { state: "waiting" } });
    });

    test("of many at once loses none", async () => {
      const { id } = await bench.enqueue();
      await bench.claimOne();
      await Promise.all(Array.from({ length: 8 }, (_, n) => wake(id, { id: `w${n}` })));
      const { job } = (await bench.store.get(id)) ?? expect.fail();
      expect(job.wakes.unread.map((one) => one.id).sort()).toEqual(Array.from({ length: 8 }, (_, n) => `w${n}`));
    });

    test("is kept through a pause, which ends with it", async () => {
      const id = await aWaitingJob(A_MINUTE);
      await bench.control(id, "pause");
      expect(await wake(id)).toMatchObject({ job: { state: "paused" }, kicks: [] });
      bench.pass(60_000);
      expect((await bench.tend()).promoted).toBe(0);
      expect(await bench.control(id, "resume")).toMatchObject({ job: { state: "queued" }, kicks: [{ delayMs: 0 }] });
      expect(await wokenNow()).toEqual(WOKEN);
    });

    test("finds no job that has ended, but knows what came before", async () => {
      const id = await aWaitingJob();
      await wake(id);
      await bench.settle(await bench.claimOne({ token: "w2" }), DONE);
      expect(await wake(id)).toMatchObject({ kind: "done", job: { state: "completed" } });
      expect(await wake(id, { id: "late" })).toMatchObject({ kind: "finished", job: { state: "completed" } });
    });

    test("is refused once as many are unread as a job can keep", async () => {
      const { id } = await bench.enqueue();
      for (let n = 0; n < 100; n += 1) await wake(id, { id: `w${n}` });
      expect(await wake(id, { id: "one more" })).toMatchObject({ kind: "too_many_wakes" });
      expect(await wake(id, { id: "w99" })).toMatchObject({ kind: "done" });
    });

    test("that is known already changes nothing", async () => {
      const { id } = await bench.enqueue();
      await wake(id);
      const before = await bench.store.get(id);
      expect(await wake(id)).toMatchObject({ kind: "done", job: before?.job });
      expect(await bench.store.get(id)).toEqual(before);
    });

    test("leaves a job where it stands in its lane, and asks for no worker", async () => {
      const keyed = { concurrencyKey: "k" };
      const [first, behind] = [await bench.enqueue(keyed), await bench.enqueue(keyed)];
      const held = await bench.claimOne();
      expect(await wake(behind.id)).toMatchObject({ kind: "done", job: { state: "queued" }, kicks: [] });
      await bench.settle(held, DONE);
      await bench.settle(await bench.claimOne(), DONE);
      const third = await bench.enqueue(keyed);
      expect(await bench.line()).toEqual([third.id]);
      expect(await Promise.all([first, behind].map(({ id }) => bench.stateOf(id)))).toEqual(["completed", "completed"]);
    });

    test("keeps the lane of a job that takes turns with others", async () => {
      const { id } = await bench.enqueue({ concurrencyKey: "k" });
      await bench.settle(await bench.claimOne(), FOREVER);
      const behind = await bench.enqueue({ concurrencyKey: "k" });
      expect(await bench.line()).toEqual([]);
      await wake(id);
      expect(await bench.line()).toEqual([id]);
      await bench.settle(await bench.claimOne({ token: "w2" }), DONE);
      expect(await bench.line()).toEqual([behind.id]);
      expect(bench.now()).toBe(NOW);
    });
  });
}
