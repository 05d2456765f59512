import { beforeEach, describe, expect, test } from "vitest";
import type { Checkpoint } from "@/lib/core/checkpoint";
import { childrenWake, type SpawnCursor } from "@/lib/core/children";
import type { FinishedJob, JobId, Parent } from "@/lib/core/job";
import type { NewJob } from "@/lib/core/job-store";
import { aJobId, aNewJob, LEASE_MS, NOW, RETENTION } from "@/tests/support/builders";
import { BROKEN, DONE, type JobBench } from "@/tests/support/job-bench";

const GROUP = { stage: "family", round: 0 };
const WAITS = { kind: "waiting", delayMs: null, waitFor: { stage: "family", name: childrenWake("family") } } as const;

/** Part of the suite for the job store; `current` answers the bench of the running test. */
export function describeChildren(current: () => JobBench) {
  let bench: JobBench;
  beforeEach(() => {
    bench = current();
  });

  const cursor: SpawnCursor = { round: 0, heard: 0, made: 3, isSealed: true, looks: 0, pass: null };
  const spawned: Checkpoint = {
    stages: { family: { state: "running", cursor, done: 0, failed: 0 } },
    datasets: {},
  };

  /** A parent that waits for three children. */
  async function aFamily(onFailure: Parent["onFailure"] = "fail", job: Partial<NewJob> = {}) {
    const { id } = await bench.enqueue();
    const held = await bench.claimOne({ token: "parent" });
    const ids = [aJobId(), aJobId(), aJobId()];
    const children = ids.map((child, index) =>
      aNewJob({ ...job, id: child, parent: { id, ...GROUP, index, onFailure } }),
    );
    await bench.store.enqueue(children, NOW);
    await bench.store.enqueue(children, NOW); // a repetition makes none
    await bench.settle(held, WAITS, { checkpoint: spawned, percent: 0 });
    return { id, ids };
  }
  const counts = (id: JobId) => bench.store.children(id, GROUP);
  const end = async (outcome: typeof DONE) => bench.settle(await bench.claimOne({ token: "child" }), outcome);

  describe("children", () => {
    test("are counted by state, with each of their ends, and not twice", async () => {
      const { id } = await aFamily("continue");
      expect(await counts(id)).toEqual({ open: 3, completed: 0, failed: 0, cancelled: 0 });
      await end(DONE);
      await end(BROKEN);
      expect(await counts(id)).toEqual({ open: 1, completed: 1, failed: 1, cancelled: 0 });
      expect(await bench.stateOf(id)).toBe("waiting");
    });

    test("wake their parent when the last of them has ended, and the same worker may take it", async () => {
      const { id } = await aFamily();
      await end(DONE);
      await end(DONE);
      const held = await bench.claimOne({ token: "child" });
      const settlements = [{ held, outcome: DONE, reached: { checkpoint: held.job.checkpoint, percent: 0 } }];
      const { candidates, kicks } = await bench.store.settle("tests", settlements, bench.now(), 1);
      expect(candidates).toEqual([id]);
      expect(kicks.length).toBeLessThanOrEqual(1);
      expect(await bench.stateOf(id)).toBe("queued");
    });

    test.each([
      ["fail", BROKEN, "queued"],
      ["cancel", BROKEN, "queued"],
      ["continue", BROKEN, "waiting"],
      ["fail", DONE, "waiting"],
    ] as const)("under %s, with an end as %o, leave their parent %s", async (onFailure, outcome, state) => {
      const { id } = await aFamily(onFailure);
      await end(outcome);
      expect(await bench.stateOf(id)).toBe(state);
    });

    test("wake it when they are cancelled all at once, which is one call", async () => {
      const { id, ids } = await aFamily("continue");
      const { answers, kicks } = await bench.store.controlMany([...ids, aJobId()], "ada", "cancel", bench.now());
      expect(answers.map((answer) => answer?.kind ?? null)).toEqual(["done", "done", "done", null]);
      expect(kicks.map(({ queue }) => queue)).toEqual([]);
      expect(await counts(id)).toEqual({ open: 0, completed: 0, failed: 0, cancelled: 3 });
      expect(await bench.stateOf(id)).toBe("queued");
    });

    test("wake it when they are lost for good", async () => {
      const { id } = await aFamily("fail");
      for (let loss = 0; loss < 10; loss += 1) {
        await bench.claimOne({ token: `w${loss}` });
        bench.pass(LEASE_MS);
        await bench.tend();
      }
      expect(await counts(id)).toMatchObject({ failed: 1 });
      expect(await bench.stateOf(id)).toBe("queued");
    });

    test("take their count back when they are retried", async () => {
      const { id, ids } = await aFamily("continue");
      await end(BROKEN);
      await bench.store.controlMany(ids, "ada", "retry", bench.now());
      expect(await counts(id)).toEqual({ open: 3, completed: 0, failed: 0, cancelled: 0 });
    });

    test("stand in their parent's list and not in their owner's, who sees no others", async () => {
      const { id, ids } = await aFamily();
      const idsIn = async (owner: string, parent?: JobId) =>
        (await bench.store.list(owner, { cursor: null, limit: 10, parent })).jobs.map((job) => job.id);
      expect(await idsIn("ada")).toEqual([id]);
      expect((await idsIn("ada", id)).sort()).toEqual([...ids].sort());
      expect(await idsIn("bob", id)).toEqual([]);
    });

    test("do not count against how many jobs their owner may have", async () => {
      await aFamily();
      expect((await bench.enqueue({ maxActive: 2 })).answer.kind).toBe("added");
    });

    test("outlive their time while their parent may ask for them, and no longer", async () => {
      const { id, ids } = await aFamily();
      for (let child = 0; child < 3; child += 1) await end(DONE);
      await bench.store.acknowledge((await bench.tend()).events);
      bench.pass(RETENTION.completedMs);
      expect(await bench.tend()).toMatchObject({ expired: [] });
      await bench.settle(await bench.claimOne({ token: "parent" }), DONE);
      bench.pass(6 * 3_600_000);
      const { expired } = await bench.tend();
      expect(expired.map((job) => job.id).sort()).toEqual([...ids].sort());
      expect(await bench.stateOf(id)).toBe("completed");
    });

    test("are among the failures again where they were on their way out, and are kept for a parent that was retried", async () => {
      const { id, ids } = await aFamily("continue");
      for (let child = 0; child < 3; child += 1) await end(BROKEN);
      await bench.control(id, "cancel");
      const failures = async () => (await bench.store.failureGroups("ada")).groups.map(({ count }) => count);
      expect(await failures()).toEqual([3]);
      const [leaving] = ids as [JobId, ...JobId[]];
      await bench.control(leaving, "expire");
      expect(await failures()).toEqual([2]);
      await bench.control(id, "retry");
      await bench.tend();
      expect(await failures()).toEqual([3]);
    });

    test("leave no count once their parent is forgotten", async () => {
      const { id } = await aFamily();
      for (let child = 0; child < 3; child += 1) await end(DONE);
      const held = await bench.claimOne({ token: "parent" });
      const { jobs } = await bench.settle(held, BROKEN, { checkpoint: spawned, percent: 0 });
      expect(await counts(id)).toMatchObject({ completed: 3 });
      expect(await bench.store.forget(jobs[0] as FinishedJob, bench.now())).toBe(true);
      expect(await counts(id)).toEqual({ open: 0, completed: 0, failed: 0, cancelled: 0 });
    });

    test("leave no count if they were retried after their parent was forgotten", async () => {
      const { id, ids } = await aFamily("continue");
      for (let child = 0; child < 3; child += 1) await end(BROKEN);
      await bench.control(id, "cancel");
      await bench.store.forget((await bench.control(id, "expire"))?.job as FinishedJob, bench.now());
      const [retried, ...others] = ids as [JobId, ...JobId[]];
      const forget = async (child: JobId) =>
        bench.store.forget((await bench.control(child, "expire"))?.job as FinishedJob, bench.now());
      await bench.control(retried, "retry");
      for (const child of others) await forget(child);
      expect(await counts(id)).toMatchObject({ open: 1, failed: -1 });
      await end(DONE);
      expect(await counts(id)).toMatchObject({ open: 0, completed: 1, failed: -1 });
      await forget(retried);
      expect(await counts(id)).toEqual({ open: 0, completed: 0, failed: 0, cancelled: 0 });
    });

    test("cannot be removed while their parent goes on, which would make them a second time", async () => {
      const { id, ids } = await aFamily("continue");
      for (let child = 0; child < 3; child += 1) await end(DONE);
      const [first] = ids as [JobId, ...JobId[]];
      expect(await bench.control(first, "expire")).toMatchObject({ kind: "refused", job: { state: "completed" } });
      expect((await bench.control(id, "cancel"))?.kind).toBe("done");
      expect((await bench.control(first, "expire"))?.kind).toBe("done");
    });

    test("keep their parent from being started anew until all have ended, as it would forget them", async () => {
      const { id } = await aFamily("continue");
      await bench.control(id, "cancel");
      expect((await bench.control(id, "restart"))?.kind).toBe("refused");
      for (let child = 0; child < 3; child += 1) await end(DONE);
      expect((await bench.control(id, "restart"))?.kind).toBe("done");
    });

    test("keep a parent from being forgotten that was started over thirty times before it made them", async () => {
      const { id } = await bench.enqueue();
      for (let round = 0; round < 30; round += 1) {
        await bench.settle(await bench.claimOne({ token: "parent" }), BROKEN);
        await bench.control(id, "restart");
      }
      const held = await bench.claimOne({ token: "parent" });
      const group = { stage: "family", round: 30 };
      const child = aNewJob({ id: aJobId(), parent: { id, ...group, index: 0, onFailure: "continue" } });
      await bench.store.enqueue([child], bench.now());
      const stages = { family: { state: "running", cursor: { ...cursor, round: 30 }, done: 0, failed: 0 } } as const;
      await bench.settle(held, BROKEN, { checkpoint: { stages, datasets: {} }, percent: 0 });
      const removed = (await bench.control(id, "expire"))?.job as FinishedJob;
      expect(await bench.store.forget(removed, bench.now())).toBe(false);
      await end(DONE);
      expect(await bench.store.forget(removed, bench.now())).toBe(true);
      expect(await bench.store.children(id, group)).toEqual({ open: 0, completed: 0, failed: 0, cancelled: 0 });
    });

    test("keep their parent from being forgotten until all have ended: by it they are found and counted", async () => {
      const { id } = await aFamily("continue");
      await end(DONE);
      await bench.control(id, "cancel");
      const removed = (await bench.control(id, "expire"))?.job as FinishedJob;
      expect(await bench.store.forget(removed, bench.now())).toBe(false);
      expect(await bench.stateOf(id)).toBe("cancelled");
      await end(DONE);
      await end(DONE);
      expect(await counts(id)).toEqual({ open: 0, completed: 3, failed: 0, cancelled: 0 });
      expect((await bench.tend()).expired.map((job) => job.id)).toEqual([id]);
      expect(await bench.store.forget(removed, bench.now())).toBe(true);
      expect(await counts(id)).toEqual({ open: 0, completed: 0, failed: 0, cancelled: 0 });
    });
  });
}
