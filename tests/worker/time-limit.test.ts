import { describe, expect, test } from "vitest";
import { jobDefiner } from "@/lib/core/definition";
import { FatalError } from "@/lib/errors";
import type { Act } from "@/tests/support/act-job";
import { actJob } from "@/tests/support/act-job";
import { setUpBench } from "@/tests/support/bench";
import { LEASE_MS } from "@/tests/support/builders";
import { countJob, upTo } from "@/tests/support/count-job";

const limited = (limits: { attemptMs?: number; jobMs?: number }) => ({
  limits: { rate: null, attemptMs: null, jobMs: null, ...limits },
});

async function act(limits: Parameters<typeof limited>[0], what: (pass: (ms: number) => void) => Act) {
  const bench = setUpBench({ definitions: [actJob], services: ({ pass }) => ({ act: what(pass) }) });
  const id = await bench.enqueue({ name: actJob.name, input: null, maxAttempts: 2, ...limited(limits) });
  return { bench, id };
}

/** Reads for `ms`, unless it is told to hurry. */
const readFor =
  (ms: number) =>
  (pass: (ms: number) => void): Act =>
  (_context, signal) => {
    pass(ms);
    signal.throwIfAborted();
    return "read";
  };

describe("an attempt that takes longer than it may", () => {
  test("is told to hurry at that instant, fails with timed_out and is tried again", async () => {
    const { bench, id } = await act({ attemptMs: 7_000 }, readFor(7_000));
    await bench.aWorker().drain();
    expect(await bench.jobOf(id)).toMatchObject({
      state: "retrying",
      attempt: 2,
      error: { code: "timed_out", message: "An attempt of the job ran longer than it may." },
    });
    expect([bench.ticking(), bench.errors]).toEqual([0, []]);
    bench.pass(60_000);
    await bench.tend();
    await bench.aWorker().drain();
    expect(await bench.jobOf(id)).toMatchObject({ state: "failed", error: { code: "timed_out" } });
  });

  test("stops at its next safe point although it hears nothing, and what it has reached stays", async () => {
    const bench = setUpBench({
      definitions: [countJob],
      services: ({ pass }) => ({ events: [] as string[], onNumber: () => pass(400) }),
    });
    const id = await bench.enqueue({ name: countJob.name, input: { to: 9 }, ...limited({ attemptMs: 1_500 }) });
    await bench.aWorker().drain();
    expect(await bench.jobOf(id)).toMatchObject({ state: "retrying", attempt: 2, error: { code: "timed_out" } });
    expect(await bench.rowsOf(id, "numbers")).toEqual(upTo(4));
  });

  test("keeps what it came to all the same: the next attempt does not do it again", async () => {
    let calls = 0;
    const { bench, id } = await act({ attemptMs: 1_000 }, (pass) => () => {
      pass(5_000);
      calls += 1;
      return "late";
    });
    await bench.aWorker().drain();
    expect((await bench.jobOf(id)).state).toBe("retrying");
    bench.pass(60_000);
    await bench.tend();
    await bench.aWorker().drain();
    expect(await bench.jobOf(id)).toMatchObject({ state: "completed", attempt: 2, output: { value: "late" } });
    expect(calls).toBe(1);
  });

  test("fails for its own reason when that is a fatal one", async () => {
    const { bench, id } = await act({ attemptMs: 1_000 }, (pass) => () => {
      pass(5_000);
      throw new FatalError("no_such_page", "There is no such page.");
    });
    await bench.aWorker().drain();
    expect(await bench.jobOf(id)).toMatchObject({ state: "failed", error: { code: "no_such_page" } });
  });

  test("is let alone within its time", async () => {
    const { bench, id } = await act({ attemptMs: 7_000 }, readFor(6_999));
    await bench.aWorker().drain();
    expect(await bench.jobOf(id)).toMatchObject({ state: "completed" });
  });

  test("is rescued if it never comes back, a lease after its time, at the cost of an attempt", async () => {
    const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
    let isStuck = true;
    const { bench, id } = await act({ attemptMs: 12_000 }, (pass) => async () => {
      if (!isStuck) return "back";
      isStuck = false;
      for (let seconds = 0; seconds < 40; seconds += 1) {
        pass(1_000);
        await settled();
        expect((await bench.tend()).rescued).toBe(0);
      }
      pass(2_000);
      expect((await bench.tend()).rescued).toBe(1);
      return "too late";
    });
    const began = bench.clock();
    await bench.aWorker().drain();
    expect(bench.clock() - began).toBe(12_000 + LEASE_MS);
    expect(await bench.jobOf(id)).toMatchObject({
      state: "completed",
      attempt: 2,
      losses: 0,
      output: { value: "back" },
    });
  });
});

describe("a job that takes longer than it may", () => {
  test("fails for good, however many attempts it has left", async () => {
    const { bench, id } = await act({ jobMs: 7_000 }, readFor(7_000));
    await bench.aWorker().drain();
    expect(await bench.jobOf(id)).toMatchObject({
      state: "failed",
      attempt: 1,
      error: { code: "timed_out", message: "The job took longer than it may." },
    });
  });

  test("is not begun again when its time ended while it waited", async () => {
    let calls = 0;
    const waiting = jobDefiner<{ readonly act: Act }>()({
      ...actJob,
      async *run({ stage }) {
        return yield* stage("act", () => {
          calls += 1;
          throw new Error("not yet");
        });
      },
    });
    const bench = setUpBench({ definitions: [waiting], services: () => ({ act: () => "" }) });
    const id = await bench.enqueue({ name: actJob.name, input: null, ...limited({ jobMs: 500 }) });
    await bench.aWorker().drain();
    expect(await bench.jobOf(id)).toMatchObject({ state: "retrying", runAt: bench.clock() + 500 });
    bench.pass(500);
    await bench.tend();
    await bench.aWorker().drain();
    expect(await bench.jobOf(id)).toMatchObject({ state: "failed", error: { code: "timed_out" } });
    expect(calls).toBe(1);
  });
});
