import { beforeEach, describe, expect, test } from "vitest";
import type { SpawnCursor } from "@/lib/core/children";
import { isHeldBy } from "@/lib/core/condition";
import { type FinishedJob, isFinished, type Job, type JobId } from "@/lib/core/job";
import type { Outcome } from "@/lib/core/state-machine";
import { aJobId, aNewJob, LEASE_MS } from "@/tests/support/builders";
import { aStoreOvertakenBy, CURSOR, childrenOf, failFamily, GROUP, reachedWith } from "@/tests/support/families";
import { BROKEN, DONE, type JobBench } from "@/tests/support/job-bench";

/** Part of the suite for the job store: what is decided on one record and written to another; `current` answers the bench of the running test. */
export function describeOvertaken(current: () => JobBench) {
  let bench: JobBench;
  beforeEach(() => {
    bench = current();
  });

  const overtakenBy = (act: () => Promise<unknown>) => aStoreOvertakenBy(bench, act);
  const aFailedFamily = (cursor?: SpawnCursor, outcome?: Outcome) => failFamily(bench, cursor, outcome);
  const stateOf = (id: JobId) => bench.stateOf(id);
  const counts = (id: JobId) => bench.store.children(id, GROUP);

  describe("a parent and its children, when somebody else is faster", () => {
    test("is not started anew if a child was retried since its children were counted", async () => {
      const { id, children } = await aFailedFamily();
      const late = overtakenBy(() => bench.control(children[1], "retry"));
      expect(await late.control(id, "ada", "restart", bench.now())).toMatchObject({ kind: "refused" });
      expect(await stateOf(id)).toBe("failed");
    });

    test.each(["retry", "restart"] as const)(
      "leaves a child behind, failed as it is, whose parent began anew since a %s of it was decided",
      async (verb) => {
        const { id, children } = await aFailedFamily();
        const before = await bench.store.get(children[0]);
        const late = overtakenBy(() => bench.control(id, "restart"));
        expect(await late.control(children[0], "ada", verb, bench.now())).toEqual({
          kind: "left_behind",
          job: before?.job,
        });
        expect(await bench.store.get(children[0])).toEqual(before);
        expect(await counts(id)).toEqual({ open: 0, completed: 0, failed: 2, cancelled: 0 });
      },
    );

    test("retries a child although its parent, with which it began, was retried since that was decided", async () => {
      const { id, children } = await aFailedFamily();
      const late = overtakenBy(() => bench.control(id, "retry"));
      expect((await late.control(children[0], "ada", "retry", bench.now()))?.kind).toBe("done");
      expect(await counts(id)).toMatchObject({ open: 1, failed: 1 });
    });

    test.each([
      ["parent", [0, 1], ["done", "left_behind"]],
      ["child", [1, 0], ["done", "refused"]],
    ] as const)(
      "begins the %s anew and not the other, where one call asks for both and names it first",
      async (_first, order, kinds) => {
        const { id, children } = await aFailedFamily();
        const ids = order.flatMap((at) => [id, children[0]][at] ?? []);
        const { answers } = await bench.store.controlMany(ids, "ada", "restart", bench.now());
        expect(answers.map((answer) => answer?.kind)).toEqual(kinds);
      },
    );

    test("keeps a child whose parent was retried since it was looked at", async () => {
      const { id, children } = await aFailedFamily();
      const late = overtakenBy(() => bench.control(id, "retry"));
      expect(await late.control(children[0], "ada", "expire", bench.now())).toMatchObject({ kind: "refused" });
      expect(await bench.control(children[0], "retry")).toMatchObject({ kind: "done", job: { state: "queued" } });
    });

    test("keeps a parent's record as it is, and as long as it was to be kept, when a child's end of time relies on it", async () => {
      const { id, children } = await aFailedFamily();
      const before = await bench.store.get(id);
      expect((await bench.control(children[0], "expire"))?.kind).toBe("done");
      expect(await bench.store.get(id)).toEqual(before);
    });

    test.each([
      [0, 1, 2],
      [2, 1, 0],
    ])("ends the time of parent and children in one call, in any order: %i, %i, %i", async (...order) => {
      const { id, children } = await aFailedFamily();
      const ids = order.flatMap((at) => [id, ...children][at] ?? []);
      const { answers } = await bench.store.controlMany(ids, "ada", "expire", bench.now());
      expect(answers.map((answer) => answer?.kind)).toEqual(["done", "done", "done"]);
    });

    test("ends the time of neither if the parent was retried meanwhile, and leaves it as its retry made it", async () => {
      const { id, children } = await aFailedFamily();
      const late = overtakenBy(() => bench.control(id, "retry"));
      const { answers } = await late.controlMany([id, children[0]], "ada", "expire", bench.now());
      expect(answers.map((answer) => answer?.kind)).toEqual(["refused", "refused"]);
      expect(await stateOf(id)).toBe("queued");
    });

    test("are deleted whatever a damaged record of the parent says, which stays as it is", async () => {
      const { id, children } = await aFailedFamily();
      const [entry] = await bench.ledger.read([`job:${id}`]);
      const damaged = { key: `job:${id}`, expect: entry?.rev ?? 0, entry: { rev: (entry?.rev ?? 0) + 1, text: "{" } };
      await bench.ledger.apply([{ puts: [damaged] }]);
      expect((await bench.control(children[0], "expire"))?.kind).toBe("done");
      expect(await bench.ledger.read([`job:${id}`])).toEqual([damaged.entry]);
    });

    test("makes no children once their parent has ended", async () => {
      const { id } = await bench.enqueue();
      const held = await bench.claimOne({ token: "parent" });
      const children = childrenOf(id);
      const late = overtakenBy(() => bench.settle(held, BROKEN, reachedWith(CURSOR)));
      const { answers } = await late.enqueue(children, bench.now(), isHeldBy(held.job));
      expect(answers).toEqual([{ kind: "refused" }, { kind: "refused" }]);
      expect(await bench.store.getMany(children.map((child) => child.id))).toEqual([null, null]);
      expect(await counts(id)).toEqual({ open: 0, completed: 0, failed: 0, cancelled: 0 });
    });

    test("makes no children once another worker has their parent, or nobody", async () => {
      const { id } = await bench.enqueue();
      const held = await bench.claimOne({ token: "parent" });
      bench.pass(LEASE_MS);
      await bench.tend();
      await bench.claimOne({ token: "next" });
      const wanted = (job: typeof held.job) => bench.store.enqueue(childrenOf(id), bench.now(), isHeldBy(job));
      expect((await wanted(held.job)).answers.map(({ kind }) => kind)).toEqual(["refused", "refused"]);
      const gone = { ...held.job, id: aJobId() };
      expect((await wanted(gone)).answers.map(({ kind }) => kind)).toEqual(["refused", "refused"]);
    });

    test("makes them although their parent's lease was renewed meanwhile, and leaves its record to its worker", async () => {
      const { id } = await bench.enqueue();
      const held = await bench.claimOne({ token: "parent" });
      const renewal = { reached: null, leasedUntil: held.job.leasedUntil + 1_000, now: bench.now() };
      const late = overtakenBy(() => bench.store.commit(held, renewal));
      const children = Array.from({ length: 150 }, (_, index) =>
        aNewJob({ id: aJobId(), parent: { id, ...GROUP, index, onFailure: "continue" } }),
      );
      const { answers } = await late.enqueue(children, bench.now(), isHeldBy(held.job));
      expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(["added"]));
      expect(await counts(id)).toMatchObject({ open: 150 });
      const { rev, job } = (await bench.store.get(id)) ?? expect.fail("The parent is gone.");
      expect([rev, job.state === "running" && job.leasedUntil]).toEqual([held.rev + 1, renewal.leasedUntil]);
      expect((await late.enqueue(children, bench.now(), isHeldBy(held.job))).answers[0]?.kind).toBe("existing");
    });

    test("cancels no child of a parent that has come back since it was given up", async () => {
      const { id, children } = await aFailedFamily();
      await bench.store.controlMany(children, "ada", "retry", bench.now());
      const late = overtakenBy(() => bench.control(id, "retry"));
      const whileGivenUp = { id, holds: (job: Job | null) => job !== null && isFinished(job) };
      const { answers } = await late.controlMany(children, "ada", "cancel", bench.now(), whileGivenUp);
      expect(answers.map((answer) => answer?.kind)).toEqual(["refused", "refused"]);
      expect(await counts(id)).toMatchObject({ open: 2 });
    });

    test("cancels the children of a parent that has stayed given up", async () => {
      const { id, children } = await aFailedFamily();
      await bench.store.controlMany(children, "ada", "retry", bench.now());
      const whileGivenUp = { id, holds: (job: Job | null) => job !== null && isFinished(job) };
      const { answers } = await bench.store.controlMany(children, "ada", "cancel", bench.now(), whileGivenUp);
      expect(answers.map((answer) => answer?.kind)).toEqual(["done", "done"]);
      expect(await counts(id)).toMatchObject({ open: 0, cancelled: 2 });
    });

    test("keeps the counts of a child's parent that was made again since it was found gone", async () => {
      const { id, children } = await aFailedFamily();
      await bench.store.forget((await bench.control(id, "expire"))?.job as FinishedJob, bench.now());
      const [first, second] = children;
      const removed = (await bench.control(first, "expire"))?.job as FinishedJob;
      await bench.control(second, "retry");
      await bench.settle(await bench.claimOne({ token: "child" }), DONE);
      const late = overtakenBy(() => bench.enqueue({ id }));
      expect(await late.forget(removed, bench.now())).toBe(true);
      expect(await counts(id)).toMatchObject({ completed: 1 });
    });
  });

  describe("a child of a job that has begun anew", () => {
    const next = (round: number) => reachedWith({ ...CURSOR, round });

    test("is not retried any more, whatever became of that job since", async () => {
      const { id, children } = await aFailedFamily();
      const retried = async () => (await bench.control(children[0], "retry"))?.kind;
      await bench.control(id, "restart");
      expect(await retried()).toBe("left_behind");
      const held = await bench.claimOne({ token: "parent" });
      expect(await retried()).toBe("left_behind");
      await bench.settle(held, BROKEN, next(1));
      expect(await retried()).toBe("left_behind");
      await bench.control(id, "retry");
      await bench.settle(await bench.claimOne({ token: "parent" }), DONE, next(1));
      expect(await retried()).toBe("left_behind");
    });

    test("is retried alone once that job is gone", async () => {
      const { id, children } = await aFailedFamily();
      await bench.store.forget((await bench.control(id, "expire"))?.job as FinishedJob, bench.now());
      expect((await bench.control(children[0], "retry"))?.kind).toBe("done");
    });

    test("is retried alone once that job's record is damaged, which stays as it is", async () => {
      const { id, children } = await aFailedFamily();
      await bench.control(id, "restart");
      const [entry] = await bench.ledger.read([`job:${id}`]);
      const damaged = { rev: (entry?.rev ?? 0) + 1, text: "{" };
      await bench.ledger.apply([{ puts: [{ key: `job:${id}`, expect: entry?.rev ?? 0, entry: damaged }] }]);
      expect((await bench.control(children[0], "retry"))?.kind).toBe("done");
      expect(await bench.ledger.read([`job:${id}`])).toEqual([damaged]);
    });
  });

  describe("a child of a job that has failed before it counted its children", () => {
    const early: SpawnCursor = { ...CURSOR, made: 1, isSealed: false };

    test("can be deleted if it was counted, and not if a retry would make it a second time", async () => {
      const { children } = await aFailedFamily(early);
      expect(await bench.control(children[1], "expire")).toMatchObject({ kind: "refused", job: { state: "failed" } });
      expect((await bench.control(children[0], "expire"))?.kind).toBe("done");
    });

    test("can be deleted once that job has begun anew and completed, or is gone", async () => {
      const { id, children } = await aFailedFamily(early);
      await bench.control(id, "restart");
      expect((await bench.control(children[1], "expire"))?.kind).toBe("refused");
      await bench.settle(await bench.claimOne({ token: "parent" }), DONE);
      expect((await bench.control(children[1], "expire"))?.kind).toBe("done");

      const caught = await aFailedFamily(early, DONE);
      expect((await bench.control(caught.children[1], "expire"))?.kind).toBe("done");

      const other = await aFailedFamily(early);
      await bench.store.forget((await bench.control(other.id, "expire"))?.job as FinishedJob, bench.now());
      expect((await bench.control(other.children[1], "expire"))?.kind).toBe("done");
    });
  });
}
