import { describe, expect, test } from "vitest";
import type { Fault } from "@/lib/testing/test-worker";
import { setUpCounting as setUp } from "@/tests/support/count-bench";

const all = (count: number, state: string) => Array.from({ length: count }, () => state);

/** Watches how many settlements and claims are under way at once, and how many claims found nothing. */
function createWatch() {
  let now = 0;
  const seen = { most: 0, fruitless: 0 };
  const fault: Fault = async (_call, when, name, answer) => {
    if (name !== "claim" && name !== "settle") return;
    now += when === "before" ? 1 : -1;
    seen.most = Math.max(seen.most, now);
    await new Promise<void>((resolve) => setImmediate(resolve));
    const { held, isEmpty } = (answer ?? {}) as { held?: readonly unknown[]; isEmpty?: boolean };
    if (held?.length === 0 && !isEmpty) seen.fruitless += 1;
  };
  return { seen, fault };
}

describe("a worker with very many slots", () => {
  test("settles and claims in two turns at once, which never want the same job", async () => {
    const { seen, fault } = createWatch();
    const bench = setUp({ slots: 100 });
    const ids = await bench.enqueueMany(330);
    expect(await bench.aWorker(fault).drain()).toEqual({ slices: 330 });
    expect(await bench.statesOf(ids)).toEqual(all(330, "completed"));
    expect(seen).toEqual({ most: 2, fruitless: 0 });
    expect(bench.ticking()).toBe(0);
  });

  test.each([
    ["with some fewer", { slots: 99 }],
    ["over a store in its own process", { slots: 200, isStoreLocal: true }],
  ])("%s takes one turn after the other", async (_how, options) => {
    const { seen, fault } = createWatch();
    const bench = setUp(options);
    await bench.enqueueMany(250);
    expect(await bench.aWorker(fault).drain()).toEqual({ slices: 250 });
    expect(seen).toEqual({ most: 1, fruitless: 0 });
  });

  test("never runs more jobs than it has slots, those included that are not settled yet", async () => {
    let open = 0;
    let most = 0;
    const bench = setUp({ slots: 100 });
    await bench.enqueueMany(260);
    const worker = bench.aWorker(async (call, when, name, answer) => {
      if (name !== "claim" && name !== "settle") return;
      if (when === "before") {
        for (let hops = 0; hops < call % 5; hops += 1) await new Promise<void>((resolve) => setImmediate(resolve));
        return;
      }
      const { held, jobs } = answer as { held?: readonly unknown[]; jobs?: readonly unknown[] };
      open += (held?.length ?? 0) - (jobs?.length ?? 0);
      most = Math.max(most, open);
    });
    await worker.drain();
    expect([most, open]).toEqual([100, 0]);
  });

  test("takes what was enqueued while it worked", async () => {
    let later: Promise<unknown> | null = null;
    const bench = setUp({ slots: 100 }, () => {
      later ??= bench.enqueueMany(120);
    });
    await bench.enqueueMany(100);
    expect(await bench.aWorker().drain()).toEqual({ slices: 220 });
    await later;
  });

  test.each(["claim", "settle"])("throws what %s threw, once all that runs has come to its end", async (failing) => {
    const bench = setUp({ slots: 100 });
    const ids = await bench.enqueueMany(200);
    let calls = 0;
    const worker = bench.aWorker((_call, when, name) => {
      if (name === failing && when === "before" && ++calls > 1) throw new Error("store is down");
    });
    await expect(worker.drain()).rejects.toThrow("store is down");
    expect(bench.ticking()).toBe(0);
    const states = new Set(await bench.statesOf(ids));
    expect(states.has("completed")).toBe(true);
    expect(states.has(failing === "claim" ? "queued" : "running")).toBe(true);
  });
});
