import { describe, expect, test } from "vitest";
import type { JobId } from "@/lib/core/job";
import { FatalError } from "@/lib/errors";
import { childIdOf } from "@/lib/queue/child-id";
import type { Fault } from "@/lib/testing/test-worker";
import { setUpBench } from "@/tests/support/bench";
import { childJob, type FamilyServices, parentJob } from "@/tests/support/family-job";

interface Options {
  readonly count?: number;
  readonly failing?: readonly number[];
  readonly onFailure?: "fail" | "continue" | "cancel";
  readonly isLazy?: boolean;
  readonly onChild?: FamilyServices["onChild"];
  readonly slots?: number;
}

async function setUp({ onChild = () => {}, slots = 2, count = 5, ...input }: Options = {}) {
  const bench = setUpBench({ definitions: [parentJob, childJob], services: () => ({ onChild }), limits: { slots } });
  const id = await bench.enqueue({ name: parentJob.name, input: { count, ...input } });
  const childOf = (index: number, round = 0) => childIdOf(id, { stage: "family", round }, index);
  const stateOf = async (child: JobId) => (await bench.store.get(child))?.job.state ?? null;
  const states = () => Promise.all(Array.from({ length: count }, (_, i) => stateOf(childOf(i))));
  const counts = (round = 0) => bench.store.children(id, { stage: "family", round });
  const parent = () => bench.jobOf(id);
  return { ...bench, id, childOf, states, counts, parent, count };
}
type Family = Awaited<ReturnType<typeof setUp>>;

const doubled = (count: number) => Array.from({ length: count }, (_, n) => 2 * n).reduce((a, b) => a + b, 0);

async function expectAllDoneOnce(family: Family) {
  const { count } = family;
  expect(await family.parent()).toMatchObject({
    state: "completed",
    output: { value: { sum: doubled(count), completed: count, failed: 0, cancelled: 0 } },
  });
  expect(await family.counts()).toEqual({ open: 0, completed: count, failed: 0, cancelled: 0 });
  const { jobs } = await family.store.list("ada", { cursor: null, limit: 100 });
  expect(jobs.map(({ id }) => id)).toEqual([family.id]);
}

describe("a job that spawns", () => {
  test.each([false, true])("answers what became of each child, in their order (lazily: %s)", async (isLazy) => {
    const family = await setUp({ isLazy });
    await family.aWorker().drain();
    await expectAllDoneOnce(family);
    expect(await family.parent()).toMatchObject({
      output: { value: { states: "cocococoCO".toLowerCase() } },
      slices: 2,
    });
  });

  test("leaves its worker while they run, with an unfinished child's owner and parent to tell", async () => {
    const family = await setUp({ onChild: () => Promise.reject(new Error("down")) });
    await family.aWorker().drain();
    expect(await family.parent()).toMatchObject({ state: "waiting", waitFor: { name: "children:family" } });
    expect(await family.jobOf(family.childOf(3))).toMatchObject({
      state: "retrying",
      owner: "ada",
      uniqueKey: null,
      parent: { id: family.id, stage: "family", round: 0, index: 3, onFailure: "fail" },
    });
    expect(await family.counts()).toEqual({ open: 5, completed: 0, failed: 0, cancelled: 0 });
  });

  test("has none to wait for", async () => {
    const family = await setUp({ count: 0 });
    await family.aWorker().drain();
    await expectAllDoneOnce(family);
  });

  test("raises ten thousand with a record that does not grow", { timeout: 60_000 }, async () => {
    const family = await setUp({ count: 10_000, isLazy: true, slots: 100 });
    let largest = 0;
    const worker = family.aWorker(async (_call, when, name) => {
      if (name === "commit" && when === "after")
        largest = Math.max(largest, JSON.stringify(await family.parent()).length);
    });
    await worker.drain();
    await expectAllDoneOnce(family);
    expect(largest).toBeLessThan(2_000);
  });

  test("fails with the first child that does, by name", async () => {
    const family = await setUp({ failing: [1], count: 3 });
    await family.aWorker().drain();
    expect(await family.parent()).toMatchObject({
      state: "failed",
      error: {
        code: "child_failed",
        message: `Its child 1 (${family.childOf(1)}) has failed with broken: It is broken.`,
      },
    });
  });

  test("fails when one of them was cancelled", async () => {
    const family = await setUp({ onChild: () => Promise.reject(new Error("down")), count: 2 });
    await family.aWorker().drain();
    await family.store.control(family.childOf(0), "ada", "cancel", family.clock());
    await family.aWorker().drain();
    expect(await family.parent()).toMatchObject({ state: "failed", error: { code: "child_failed" } });
  });

  test("goes on without those that failed", async () => {
    const family = await setUp({ failing: [1, 3], onFailure: "continue" });
    await family.aWorker().drain();
    const value = { sum: 0 + 4 + 8, completed: 3, failed: 2, cancelled: 0, states: "cofacofaco" };
    expect(await family.parent()).toMatchObject({ state: "completed", output: { value } });
  });

  test("cancels the rest when one fails, and goes on with what there is", async () => {
    const family = await setUp({ failing: [0], onFailure: "cancel", slots: 1 });
    await family.aWorker().drain();
    const { output, state } = (await family.parent()) as { output?: unknown; state: string };
    expect(state).toBe("completed");
    expect(output).toMatchObject({ value: { failed: 1 } });
    const { open, failed, cancelled, completed } = await family.counts();
    expect([open, failed, cancelled + completed]).toEqual([0, 1, 4]);
    expect(cancelled).toBeGreaterThan(0);
  });

  test("tries its failed children again once it is retried itself", async () => {
    let isDown = true;
    const onChild = (n: number) => {
      if (isDown && n === 1) throw new FatalError("broken", "It is broken.");
    };
    const family = await setUp({ onChild, count: 3 });
    await family.aWorker().drain();
    expect(await family.parent()).toMatchObject({ state: "failed" });
    isDown = false;
    await family.store.control(family.id, "ada", "retry", family.clock());
    await family.aWorker().drain();
    await expectAllDoneOnce(family);
  });

  test("has others when it starts anew", async () => {
    const family = await setUp({ failing: [2], count: 3 });
    await family.aWorker().drain();
    await family.store.control(family.id, "ada", "restart", family.clock());
    await family.aWorker().drain();
    expect(await family.jobOf(family.childOf(2, 1))).toMatchObject({ state: "failed", parent: { round: 1 } });
    expect(await family.parent()).toMatchObject({ state: "failed", retries: 1 });
  });

  test("fails for good when a child cannot be made", async () => {
    const bench = setUpBench({ definitions: [parentJob], services: () => ({ onChild: () => {} }) });
    const id = await bench.enqueue({ name: parentJob.name, input: { count: 1 } });
    await bench.aWorker().drain();
    const message = 'Its child 0 cannot be made: There is no job named "tests.child".';
    expect(await bench.jobOf(id)).toMatchObject({ state: "failed", error: { code: "child_invalid", message } });
  });

  test("finds out by itself, later, when nobody wakes it", async () => {
    const family = await setUp();
    const first = family.aWorker((_call, when, name) => {
      if (name === "settle" && when === "after") throw new Error("killed");
    });
    await first.drain().catch(() => undefined);
    first.die();
    for (let look = 0; look < 4; look += 1) {
      family.pass(30_000 * 2 ** look);
      await family.tend();
      await family.aWorker().drain();
    }
    await expectAllDoneOnce(family);
  });
});

const undisturbed = await setUp({ count: 3 });
const worker = undisturbed.aWorker();
await worker.drain();
const PLACES = Array.from({ length: worker.calls() }, (_, i) =>
  (["before", "after"] as const).map((when) => ({ call: i + 1, when })),
).flat();

describe("a job that spawns, whose worker is disturbed", () => {
  async function goOn(family: Family) {
    for (let round = 0; round < 3; round += 1) {
      family.pass(60_000);
      await family.tend();
      await family.aWorker().drain();
    }
  }

  test("is not, to begin with", async () => {
    await expectAllDoneOnce(undisturbed);
    expect(PLACES.length).toBeGreaterThan(15);
  });

  test.each(PLACES)("has each child once when the worker is killed $when call $call", async (place) => {
    const family = await setUp({ count: 3 });
    let isDead = false;
    const killed = family.aWorker((call, when) => {
      isDead ||= call === place.call && when === place.when;
      if (isDead) throw new Error("killed");
    });
    await killed.drain().catch(() => undefined);
    killed.die();
    await goOn(family);
    await expectAllDoneOnce(family);
  });

  test.each(PLACES)("has each child once when call $call fails $when it took effect", async (place) => {
    const family = await setUp({ count: 3 });
    const fault: Fault = (call, when, name) => {
      if (call === place.call && when === place.when && name !== "write") throw new Error("timed out");
    };
    await family
      .aWorker(fault)
      .drain()
      .catch(() => undefined);
    await goOn(family);
    await expectAllDoneOnce(family);
  });
});
