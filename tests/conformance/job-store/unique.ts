import { beforeEach, describe, expect, test } from "vitest";
import { aNewJob, aReached, LEASE_MS, NOW } from "@/tests/support/builders";
import { DONE, type JobBench } from "@/tests/support/job-bench";

/** Part of the suite for the job store; `current` answers the bench of the running test. */
export function describeUnique(current: () => JobBench) {
  let bench: JobBench;
  beforeEach(() => {
    bench = current();
  });

  describe("a second job with a unique key", () => {
    const reusing = { uniqueKey: "u" };
    const refusing = { uniqueKey: "u", onDuplicate: "refuse" as const };
    const replacing = { uniqueKey: "u", onDuplicate: "replace" as const };

    test("is refused for the sake of the first, until that has ended", async () => {
      const first = await bench.enqueue(reusing);
      expect((await bench.enqueue(refusing)).answer).toEqual({ kind: "duplicate", job: first.answer.job });
      await bench.settle(await bench.claimOne(), DONE);
      expect((await bench.enqueue(refusing)).answer.kind).toBe("added");
    });

    test("is refused anew when the request is repeated, and made once it may be", async () => {
      const { id } = await bench.enqueue(reusing);
      const ask = () => bench.enqueue({ ...refusing, idempotency: { key: "k", fingerprint: "f" } });
      expect([(await ask()).answer.kind, (await ask()).answer.kind]).toEqual(["duplicate", "duplicate"]);
      await bench.control(id, "cancel");
      const made = await ask();
      expect([made.answer.kind, (await ask()).answer]).toEqual(["added", { kind: "existing", job: made.answer.job }]);
    });

    test("replaces one of a lane that another of its batch joins, and is known by its request from then on", async () => {
      const lane = { concurrencyKey: "k" };
      const first = await bench.enqueue({ ...reusing, ...lane, runAt: NOW + 1_000 });
      const idempotency = { key: "i", fingerprint: "f" };
      const batch = [aNewJob(lane), aNewJob({ ...replacing, ...lane, idempotency })];
      const { answers } = await bench.store.enqueue(batch, NOW);
      expect(answers.map((answer) => [answer.kind, answer.job?.id])).toEqual(batch.map(({ id }) => ["added", id]));
      expect(await bench.stateOf(first.id)).toBe("cancelled");
      expect((await bench.enqueue({ ...replacing, ...lane, idempotency })).answer.kind).toBe("existing");
    });

    test.each([
      ["queued", {}],
      ["scheduled", { runAt: NOW + 1_000 }],
    ])("replaces one that is %s, which is cancelled for it", async (_state, job) => {
      const first = await bench.enqueue({ ...reusing, ...job });
      const second = await bench.enqueue(replacing);
      expect(second.answer.kind).toBe("added");
      expect((await bench.store.get(first.id))?.job).toMatchObject({ state: "cancelled", replacedBy: second.id });
      expect(await bench.line()).toEqual([second.id]);
      expect((await bench.tend()).events).toMatchObject([{ jobId: first.id, state: "cancelled" }]);
      expect((await bench.enqueue(reusing)).id).toBe(second.id);
    });

    test("replaces one that is paused, also in its lane", async () => {
      const keyed = { concurrencyKey: "c" };
      const first = await bench.enqueue({ ...reusing, ...keyed });
      await bench.control(first.id, "pause");
      const second = await bench.enqueue({ ...replacing, ...keyed });
      expect([await bench.stateOf(first.id), await bench.line()]).toEqual(["cancelled", [second.id]]);
    });

    test("takes the place of the one it replaces behind others of its lane", async () => {
      const keyed = { concurrencyKey: "c" };
      const first = await bench.enqueue({ ...reusing, ...keyed });
      const other = await bench.enqueue(keyed);
      const second = await bench.enqueue({ ...replacing, ...keyed });
      expect([await bench.stateOf(first.id), await bench.line()]).toEqual(["cancelled", [other.id]]);
      await bench.settle(await bench.claimOne(), DONE);
      expect(await bench.line()).toEqual([second.id]);
    });

    test("replaces the holder of a lane also where another of the same call joins that", async () => {
      const keyed = { concurrencyKey: "c" };
      const first = await bench.enqueue({ ...reusing, ...keyed });
      const other = await bench.enqueue(keyed);
      const [joining, second] = [aNewJob(keyed), aNewJob({ ...replacing, ...keyed })];
      const { answers } = await bench.store.enqueue([joining, second], NOW);
      expect(answers).toMatchObject([{ kind: "added" }, { kind: "added", job: { id: second.id } }]);
      expect(await bench.stateOf(first.id)).toBe("cancelled");
      for (const id of [other.id, joining.id, second.id]) {
        expect(await bench.line()).toEqual([id]);
        await bench.settle(await bench.claimOne(), DONE);
      }
    });

    test("is told of the job that holds the key, and not of another of its call that is refused too", async () => {
      const { id } = await bench.enqueue(reusing);
      const { answers } = await bench.store.enqueue([aNewJob(reusing), aNewJob(reusing)], NOW);
      expect(answers).toMatchObject([
        { kind: "existing", job: { id } },
        { kind: "existing", job: { id } },
      ]);
    });

    test("asks a running one to stop, holds the key at once, and keeps it at the other's end", async () => {
      const first = await bench.enqueue(reusing);
      const held = await bench.claimOne();
      const second = await bench.enqueue(replacing);
      expect(second.answer.kind).toBe("added");
      expect((await bench.enqueue(reusing)).id).toBe(second.id);

      const commit = { reached: aReached(2), leasedUntil: NOW + LEASE_MS, now: NOW };
      const answer = await bench.store.commit(held, commit);
      expect(answer.kind).toBe("cancel");
      if (answer.kind !== "lost") await bench.settle(answer.held, { kind: "interrupted" }, aReached(2));
      expect(await bench.stateOf(first.id)).toBe("cancelled");
      expect((await bench.enqueue(reusing)).id).toBe(second.id);
      expect(await bench.control(first.id, "retry")).toMatchObject({ kind: "refused" });
    });

    test("keeps the key although the one it replaced completes before it hears of it", async () => {
      const first = await bench.enqueue(reusing);
      const held = await bench.claimOne();
      const second = await bench.enqueue(replacing);
      await bench.settle(held, DONE);
      expect(await bench.stateOf(first.id)).toBe("completed");
      expect((await bench.enqueue(reusing)).id).toBe(second.id);
    });

    test("may be replaced in its turn, and gives the key back to a replaced one that is retried after it", async () => {
      const first = await bench.enqueue(reusing);
      const second = await bench.enqueue(replacing);
      const third = await bench.enqueue(replacing);
      expect(await Promise.all([first, second].map(({ id }) => bench.stateOf(id)))).toEqual(["cancelled", "cancelled"]);
      await bench.control(third.id, "cancel");
      expect(await bench.control(first.id, "retry")).toMatchObject({ kind: "done", job: { replacedBy: null } });
      expect((await bench.enqueue(reusing)).id).toBe(first.id);
    });

    test("takes the room of the one it replaces where an owner may have no more", async () => {
      const full = { maxActive: 1 };
      await bench.enqueue({ ...reusing, ...full });
      expect((await bench.enqueue({ ...replacing, ...full })).answer.kind).toBe("added");
      await bench.claimOne();
      expect((await bench.store.enqueue([aNewJob({ ...replacing, ...full })], NOW)).answers).toEqual([
        { kind: "full" },
      ]);
    });

    test("is the only one left of many that replace each other at once, or in one call", async () => {
      const jobs = Array.from({ length: 6 }, () => aNewJob(replacing));
      await Promise.all(jobs.slice(0, 3).map((job) => bench.store.enqueue([job], NOW)));
      await bench.store.enqueue(jobs.slice(3), NOW);
      expect(await bench.line()).toEqual([jobs.at(-1)?.id]);
      const states = await Promise.all(jobs.slice(0, 5).map(({ id }) => bench.stateOf(id)));
      expect(new Set(states)).toEqual(new Set(["cancelled"]));
    });

    test("is had by each of very many in turn, who replace each other at the same moment", async () => {
      const jobs = Array.from({ length: 32 }, () => aNewJob(replacing));
      const added = await Promise.all(jobs.map((job) => bench.store.enqueue([job], NOW)));
      expect(new Set(added.map(({ answers }) => answers[0]?.kind))).toEqual(new Set(["added"]));
      expect(await bench.line()).toHaveLength(1);
    });
  });
}
