import { beforeEach, describe, expect, test } from "vitest";
import type { JobId } from "@/lib/core/job";
import { damagedPlace, jobPlace } from "@/lib/store/jobs/places";
import { aNewJob, aReached, LEASE_MS } from "@/tests/support/builders";
import { DONE, type JobBench } from "@/tests/support/job-bench";
import { brokenPromises } from "@/tests/support/promises";

const WAYS: ReadonlyArray<readonly [how: string, damage: (text: string) => string]> = [
  ["holds a wrong value", (text) => text.replace('"maxAttempts":', '"maxAttempts":"x","was":')],
  ["was cut off", (text) => text.slice(0, -60)],
  ["was cut off early", (text) => text.slice(0, text.indexOf('"input"') + 12)],
];

/** Part of the suite for the job store; `current` answers the bench of the running test. */
export function describeDamaged(current: () => JobBench) {
  let bench: JobBench;
  beforeEach(() => {
    bench = current();
  });

  async function damage(id: JobId, how: (text: string) => string): Promise<string> {
    const [entry] = await bench.ledger.read([jobPlace(id)]);
    const text = how(entry?.text ?? "");
    const rev = entry?.rev ?? 0;
    await bench.ledger.apply([{ puts: [{ key: jobPlace(id), expect: { below: rev + 1 }, entry: { rev, text } }] }]);
    return text;
  }
  /** The jobs themselves, and whatever contradicts them in the places of the ledger. */
  const broken = async (...ids: JobId[]) => {
    const found = await Promise.all(ids.map((id) => bench.store.get(id)));
    return brokenPromises(bench.ledger, { now: bench.now, jobs: async () => found.flatMap((kept) => kept?.job ?? []) });
  };

  describe.each(WAYS)("a record that %s", (_how, how) => {
    test("is set aside by a claim, with its text, and its batch-mates are claimed", async () => {
      const [one, bad, two] = [await bench.enqueue(), await bench.enqueue(), await bench.enqueue()];
      const text = await damage(bad.id, how);
      const { held, isEmpty } = await bench.claim();
      expect([held.map(({ job }) => job.id), isEmpty]).toEqual([[one.id, two.id], true]);
      const kept = await bench.store.get(bad.id);
      expect(kept?.job).toMatchObject({ state: "failed", error: { code: "record_damaged" }, owner: "ada" });
      expect((await bench.ledger.read([damagedPlace(bad.id)]))[0]?.text).toBe(text);
      expect(await broken(one.id, bad.id, two.id)).toEqual([]);
      expect((await bench.tend()).events).toMatchObject([{ jobId: bad.id, state: "failed" }]);
    });

    test("does not keep its queue's place when its lease runs out, and its batch-mates are rescued", async () => {
      const [bad, good] = [await bench.enqueue(), await bench.enqueue()];
      await bench.claim({ concurrency: 2 });
      await damage(bad.id, how);
      bench.pass(LEASE_MS);
      expect(await bench.tend()).toMatchObject({ rescued: 1 });
      expect([await bench.stateOf(bad.id), await bench.stateOf(good.id)]).toEqual(["failed", "queued"]);
      expect(await broken(bad.id, good.id)).toEqual([]);
      await bench.enqueue();
      expect((await bench.claim({ concurrency: 2 })).held).toHaveLength(2);
    });

    test("is set aside on a start that rescues all", async () => {
      const [bad, good] = [await bench.enqueue(), await bench.enqueue()];
      await bench.claim();
      await damage(bad.id, how);
      expect(await bench.store.rescueAll(bench.now())).toBe(1);
      expect(await broken(bad.id, good.id)).toEqual([]);
    });

    test("does not stop the settling of its batch-mates", async () => {
      const [bad, good] = [await bench.enqueue(), await bench.enqueue()];
      const { held } = await bench.claim();
      await damage(bad.id, how);
      await bench.control(good.id, "pause"); // so that this one has to be read again
      const settlements = held.map((one) => ({ held: one, outcome: DONE, reached: aReached(10) }));
      const { jobs } = await bench.store.settle("tests", settlements, bench.now(), 0);
      expect(jobs[1]).toMatchObject({ id: good.id, state: "completed" });
    });

    test("is shown as a failed job in a list, among the others", async () => {
      const [bad, good] = [await bench.enqueue(), await bench.enqueue()];
      await damage(bad.id, how);
      const { jobs } = await bench.store.list("ada", { cursor: null, limit: 9 });
      expect(jobs).toMatchObject([
        { id: good.id, state: "queued" },
        { id: bad.id, state: "failed" },
      ]);
    });

    test("can be started over or deleted by its owner, and nothing else", async () => {
      const [bad, other] = [await bench.enqueue(), await bench.enqueue()];
      await damage(bad.id, how);
      expect(await bench.control(bad.id, "cancel")).toMatchObject({ kind: "refused", job: { state: "failed" } });
      expect(await broken(bad.id, other.id)).toEqual([]);
      await damage(other.id, how);
      expect(await bench.control(other.id, "retry")).toMatchObject({
        kind: "done",
        job: { state: "queued", attempt: 1 },
      });
      await damage(other.id, how);
      expect(await bench.control(other.id, "expire")).toMatchObject({ kind: "done", job: { state: "failed" } });
      expect(await broken(bad.id, other.id)).toEqual([]);
    });
  });

  describe("a damaged record", () => {
    const wrong = (text: string) => text.replace('"maxAttempts":', '"maxAttempts":"x","was":');

    test("lets the next of its lane go on, and another take its unique key", async () => {
      const first = await bench.enqueue({ concurrencyKey: "k", uniqueKey: "u" });
      const second = await bench.enqueue({ concurrencyKey: "k" });
      await damage(first.id, wrong);
      expect((await bench.enqueue({ uniqueKey: "u" })).answer.kind).toBe("added");
      await bench.claim();
      expect((await bench.claim()).held).toMatchObject([{ job: { id: second.id } }]);
    });

    test("is healed by the worker that still holds the job", async () => {
      const { id } = await bench.enqueue();
      const held = await bench.claimOne();
      await damage(id, wrong);
      await bench.claim({ candidates: [id] });
      expect(await bench.stateOf(id)).toBe("failed");
      await bench.settle(held, DONE);
      expect(await bench.stateOf(id)).toBe("completed");
      expect(await broken(id)).toEqual([]);
    });

    test("that is nothing but noise leaves its line all the same, and belongs to nobody", async () => {
      const [bad, good] = [await bench.enqueue(), await bench.enqueue()];
      await damage(bad.id, () => "[]");
      expect((await bench.claim()).held).toMatchObject([{ job: { id: good.id } }]);
      expect(await bench.line()).toEqual([]);
      expect(await bench.control(bad.id, "retry")).toBeNull();
      expect(await bench.control(bad.id, "retry", "unknown")).toMatchObject({ kind: "done" });
    });

    test("is answered to whoever enqueues the same job again", async () => {
      const job = aNewJob();
      await bench.enqueue(job);
      await damage(job.id, wrong);
      expect((await bench.enqueue(job)).answer).toMatchObject({ kind: "existing", job: { state: "failed" } });
    });

    test("of a finished job is forgotten when its time has come", async () => {
      const { id } = await bench.enqueue();
      await bench.settle(await bench.claimOne(), DONE);
      await damage(id, wrong);
      bench.pass(25 * 3_600_000);
      await bench.tend();
      bench.pass(8 * 24 * 3_600_000);
      const { expired } = await bench.tend();
      expect(expired).toMatchObject([{ id, state: "failed" }]);
      for (const job of expired) expect(await bench.store.forget(job, bench.now())).toBe(true);
      expect(await bench.store.get(id)).toBeNull();
    });
  });

  test("a damaged record is set aside with another of its lane, whose turn it would have been", async () => {
    const keyed = { concurrencyKey: "c" };
    const [first, second, third] = [await bench.enqueue(keyed), await bench.enqueue(keyed), await bench.enqueue(keyed)];
    for (const { id } of [first, second]) await damage(id, (text) => text.replace('"maxAttempts":', '"was":'));
    expect((await bench.claim({ candidates: [first.id, second.id] })).held).toEqual([]);
    expect([await bench.stateOf(first.id), await bench.stateOf(second.id)]).toEqual(["failed", "failed"]);
    expect(await broken(first.id, second.id, third.id)).toEqual([]);
    expect(await bench.line()).toEqual([third.id]);
  });
}
