import { beforeEach, describe, expect, test } from "vitest";
import { EMPTY_CHECKPOINT } from "@/lib/core/checkpoint";
import { aCheckpoint, aJobId, aReached, LEASE_MS, NOW, RETENTION } from "@/tests/support/builders";
import { BROKEN, type JobBench } from "@/tests/support/job-bench";

/** Part of the suite for the job store; `current` answers the bench of the running test. */
export function describeControl(current: () => JobBench) {
  let bench: JobBench;
  beforeEach(() => {
    bench = current();
  });

  describe("control", () => {
    test("knows no job of another owner", async () => {
      const { id } = await bench.enqueue();
      expect(await bench.control(id, "cancel", "bob")).toBeNull();
      expect(await bench.control(aJobId(), "cancel")).toBeNull();
      expect(await bench.stateOf(id)).toBe("queued");
    });

    test("cancels a queued job at once, and refuses to do it again", async () => {
      const { id } = await bench.enqueue();
      expect(await bench.control(id, "cancel")).toMatchObject({
        kind: "done",
        job: { state: "cancelled" },
        kicks: [],
      });
      expect(await bench.control(id, "cancel")).toMatchObject({ kind: "refused", job: { state: "cancelled" } });
      expect(await bench.line()).toEqual([]);
      expect((await bench.tend()).events).toMatchObject([{ jobId: id, state: "cancelled" }]);
    });

    test("changes nothing where all is as it is wished", async () => {
      const { id } = await bench.enqueue();
      await bench.control(id, "pause");
      const before = await bench.store.get(id);
      expect(await bench.control(id, "pause")).toMatchObject({ kind: "done", job: before?.job });
      expect(await bench.store.get(id)).toEqual(before);
    });

    test("pauses a scheduled job and lets it return to its time", async () => {
      const { id } = await bench.enqueue({ runAt: NOW + 5_000 });
      await bench.control(id, "pause");
      expect(await bench.control(id, "resume")).toMatchObject({ job: { state: "scheduled", runAt: NOW + 5_000 } });
      await bench.control(id, "pause");
      bench.pass(5_000);
      expect((await bench.tend()).promoted).toBe(0);
      expect(await bench.control(id, "resume")).toMatchObject({ job: { state: "queued" }, kicks: [{ delayMs: 0 }] });
      expect(await bench.line()).toEqual([id]);
    });

    test("takes a pause back before the worker has heard of it", async () => {
      const { id } = await bench.enqueue();
      const held = await bench.claimOne();
      await bench.control(id, "pause");
      await bench.control(id, "resume");
      const commit = { reached: aReached(1), leasedUntil: NOW + LEASE_MS, now: NOW };
      expect((await bench.store.commit(held, commit)).kind).toBe("continue");
    });

    test.each([
      ["retry", aCheckpoint(6), 60],
      ["restart", EMPTY_CHECKPOINT, 0],
    ] as const)("lets a failed job %s", async (verb, checkpoint, percent) => {
      const { id } = await bench.enqueue();
      expect(await bench.control(id, verb)).toMatchObject({ kind: "refused" });
      await bench.settle(await bench.claimOne(), BROKEN, aReached(6));
      const answer = await bench.control(id, verb);
      expect(answer).toMatchObject({ kind: "done", job: { state: "queued", attempt: 1, checkpoint, percent } });
      bench.pass(RETENTION.failedMs);
      expect((await bench.tend()).expired).toEqual([]);
      expect((await bench.claim()).held).toMatchObject([{ job: { id, checkpoint } }]);
    });

    test("ends the time of a finished job, which nobody can retry then, and tells its end once", async () => {
      const { id } = await bench.enqueue();
      expect(await bench.control(id, "expire")).toMatchObject({ kind: "refused" });
      await bench.settle(await bench.claimOne(), BROKEN);
      const { events } = await bench.tend();
      await bench.store.acknowledge(events);
      expect(await bench.control(id, "expire")).toMatchObject({ kind: "done", job: { expiresAt: NOW } });
      expect(await bench.control(id, "retry")).toMatchObject({ kind: "refused" });
      expect(await bench.tend()).toMatchObject({ expired: [{ id }], events: [] });
    });

    test("refuses to bring a job back whose unique key another one holds by now", async () => {
      const { id } = await bench.enqueue({ uniqueKey: "u" });
      await bench.control(id, "cancel");
      const other = await bench.enqueue({ uniqueKey: "u" });
      expect(await bench.control(id, "retry")).toMatchObject({ kind: "refused", job: { state: "cancelled" } });
      await bench.control(other.id, "cancel");
      expect(await bench.control(id, "retry")).toMatchObject({ kind: "done", job: { state: "queued" } });
      expect((await bench.enqueue({ uniqueKey: "u" })).id).toBe(id);
    });
  });
}
