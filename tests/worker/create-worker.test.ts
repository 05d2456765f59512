import { describe, expect, test } from "vitest";
import type { JobId } from "@/lib/core/job";
import { setUpCounting as setUp } from "@/tests/support/count-bench";
import { upTo } from "@/tests/support/count-job";

const all = (count: number, state: string) => Array.from({ length: count }, () => state);

/** How many jobs run at the same time, at most. */
function createGauge() {
  let now = 0;
  let most = 0;
  return {
    most: () => most,
    async pass() {
      now += 1;
      most = Math.max(most, now);
      await new Promise<void>((resolve) => setImmediate(resolve));
      now -= 1;
    },
  };
}

describe("a worker", () => {
  test("drains a queue until it is empty", async () => {
    const bench = setUp();
    const ids = await bench.enqueueMany(5);
    expect(await bench.aWorker().drain()).toEqual({ slices: 5 });
    expect(await bench.statesOf(ids)).toEqual(all(5, "completed"));
    expect(bench.ticking()).toBe(0);
  });

  test("finds nothing to do in an empty queue, with one call", async () => {
    const worker = setUp().aWorker();
    expect(await worker.drain()).toEqual({ slices: 0 });
    expect(worker.calls()).toBe(1);
  });

  test("takes what was enqueued while it worked", async () => {
    const later: JobId[] = [];
    const bench = setUp({}, async (n) => {
      if (n === 3 && later.length < 2) later.push(await bench.enqueue());
    });
    await bench.enqueue();
    await bench.aWorker().drain();
    expect(await bench.statesOf(later)).toEqual(all(2, "completed"));
  });

  test("runs as many jobs side by side as it has slots", async () => {
    const gauge = createGauge();
    const bench = setUp({ slots: 3 }, gauge.pass);
    await bench.enqueueMany(7);
    await bench.aWorker().drain();
    expect(gauge.most()).toBe(3);
  });

  test("says that jobs have ended while others go on, and says nothing of one that goes on elsewhere", async () => {
    const bench = setUp({ slots: 2 }, async () => new Promise<void>((resolve) => setImmediate(resolve)));
    await bench.enqueue(2);
    const long = await bench.enqueue(20);
    await bench.aWorker().drain();
    const { finishedAt } = (await bench.jobOf(long)) as { finishedAt: number };
    expect(bench.ended).toHaveLength(2);
    expect(bench.ended[0]).toBeLessThan(finishedAt);

    await bench.enqueue(20);
    await bench.aWorker().drain(0);
    expect(bench.ended).toHaveLength(2);
  });

  test("settles in one call what ended in the same moment", async () => {
    const settled: number[] = [];
    const bench = setUp({ slots: 4 });
    await bench.enqueueMany(4);
    const worker = bench.aWorker((_call, when, name, answer) => {
      if (name === "settle" && when === "after") settled.push((answer as { jobs: unknown[] }).jobs.length);
    });
    await worker.drain();
    expect(settled.reduce((sum, jobs) => sum + jobs, 0)).toBe(4);
    expect(settled.length).toBeLessThan(4);
  });

  test("keeps to what the queue allows everywhere, however many workers there are", async () => {
    const gauge = createGauge();
    const bench = setUp({ slots: 2, concurrency: 3 }, gauge.pass);
    const ids = await bench.enqueueMany(9);
    await Promise.all([1, 2, 3, 4].map(() => bench.aWorker().drain()));
    expect(gauge.most()).toBe(3);
    expect(await bench.statesOf(ids)).toEqual(all(9, "completed"));
    expect(await bench.store.counts(["tests"])).toMatchObject([{ queued: 0, running: 0 }]);
  });

  test("never runs a job that another one runs", async () => {
    const gauge = createGauge();
    const bench = setUp({ slots: 4 }, gauge.pass);
    const ids = await bench.enqueueMany(10);
    const drained = await Promise.all([1, 2, 3].map(() => bench.aWorker().drain()));
    expect(drained.reduce((sum, { slices }) => sum + slices, 0)).toBe(10);
    for (const id of ids) {
      expect(await bench.jobOf(id)).toMatchObject({ state: "completed", slices: 1 });
      expect(await bench.rowsOf(id, "numbers")).toEqual(upTo(3));
    }
  });
});

describe("a worker whose time is up", () => {
  test("lets its jobs go at their next safe point, in front of all that were never begun, and asks for another", async () => {
    const bench = setUp({ slots: 1 });
    const begun = await bench.enqueue(60);
    const waiting = await bench.enqueue();
    await bench.aWorker().drain(20_000);
    const asked = bench.kicks.length;
    expect(await bench.statesOf([begun, waiting])).toEqual(["queued", "queued"]);
    expect(await bench.jobOf(begun)).toMatchObject({ attempt: 1, losses: 0, slices: 1 });
    expect(asked).toBe(3); // at first, when it was full, and now

    await bench.aWorker().drain(2_000);
    expect(await bench.jobOf(begun)).toMatchObject({ slices: 2 });
    expect(await bench.jobOf(waiting)).toMatchObject({ slices: 0 });
    await bench.aWorker().drain();
    expect(await bench.statesOf([begun, waiting])).toEqual(["completed", "completed"]);
    expect(await bench.rowsOf(begun, "numbers")).toEqual(upTo(60));
  });

  test("asks for another for what it had no time to begin", async () => {
    const bench = setUp({ slots: 1, concurrency: 1 });
    const ids = await bench.enqueueMany(2);
    const slow = bench.aWorker((_call, when, name) => {
      if (name === "settle" && when === "before") bench.pass(20_000);
    });
    await slow.drain(20_000);
    expect(await bench.statesOf(ids)).toEqual(["completed", "queued"]);
    expect(bench.kicks).toHaveLength(2);
  });

  test("brings each job it claimed to a safe point that is committed, however small its budget", async () => {
    const bench = setUp({ slots: 2 });
    const ids = await Promise.all([bench.enqueue(5), bench.enqueue(5)]);
    let calls = 0;
    while ((await bench.statesOf(ids)).includes("queued")) {
      const before = await Promise.all(ids.map(async (id) => (await bench.jobOf(id)).commits));
      expect((await bench.aWorker().drain(0)).slices).toBeGreaterThan(0);
      const after = await Promise.all(ids.map(async (id) => (await bench.jobOf(id)).commits));
      calls += 1;
      const haveEnded = (await bench.statesOf(ids)).every((state) => state === "completed");
      if (!haveEnded) expect(after.some((commits, i) => commits > (before[i] ?? 0))).toBe(true);
    }
    expect(calls).toBeGreaterThan(5);
    for (const id of ids) {
      expect(await bench.jobOf(id)).toMatchObject({ state: "completed", attempt: 1, losses: 0 });
      expect(await bench.rowsOf(id, "numbers")).toEqual(upTo(5));
    }
  });
});

describe("a job that is asked to stop while it runs", () => {
  test.each([
    ["cancel", "cancelled"],
    ["pause", "paused"],
  ] as const)("obeys %s at its next commit, and its finally runs", async (verb, state) => {
    const bench = setUp({}, async (n) => {
      if (n === 5) await bench.store.control(id, "ada", verb, bench.clock());
    });
    const id = await bench.enqueue(20);
    await bench.aWorker().drain();
    expect(await bench.jobOf(id)).toMatchObject({ state, attempt: 1 });
    const [left = ""] = bench.events;
    const at = Number(left.replace("left at ", ""));
    expect(at).toBeGreaterThanOrEqual(5);
    expect(at).toBeLessThanOrEqual(9); // 400 ms each: within the second
    expect(await bench.rowsOf(id, "numbers")).toEqual(upTo(at));
  });
});

describe("a worker whose store fails", () => {
  test.each(["claim", "settle"])("throws what %s threw, but leads to its end what runs", async (failing) => {
    const bench = setUp({ slots: 2 });
    const ids = [await bench.enqueue(3), await bench.enqueue(12)];
    let calls = 0;
    const worker = bench.aWorker((_call, when, name) => {
      if (name !== failing || when !== "before") return;
      calls += 1;
      if (calls === (failing === "claim" ? 2 : 1)) throw new Error("store is down");
    });
    const third = bench.enqueue();
    await expect(worker.drain()).rejects.toThrow("store is down");
    expect(await bench.statesOf(ids)).toEqual(["completed", "completed"]);
    expect(await bench.statesOf([await third])).toEqual(["queued"]);
    expect(bench.ticking()).toBe(0);
  });

  test("gives up when nothing runs any more", async () => {
    const bench = setUp();
    const id = await bench.enqueue();
    const worker = bench.aWorker((_call, _when, name) => {
      if (name === "settle") throw new Error("store is down");
    });
    await expect(worker.drain()).rejects.toThrow("store is down");
    expect(await bench.statesOf([id])).toEqual(["running"]);
  });
});
