import { beforeEach, describe, expect, test } from "vitest";
import { setUpQueue } from "@/tests/queue/set-up-queue";

describe("the queues, for their operator", () => {
  let bench: ReturnType<typeof setUpQueue>;
  beforeEach(() => {
    bench = setUpQueue();
  });
  const view = {
    queue: "tests",
    isPaused: false,
    queued: 0,
    running: 0,
    oldestAgeMs: null,
    concurrency: 2,
    rate: null,
  };

  test("are listed with what waits and for how long", async () => {
    await bench.submit();
    bench.now += 2_000;
    expect(await bench.queues.list()).toEqual([{ ...view, queued: 1, oldestAgeMs: 2_000 }]);
  });

  test("are paused and resumed, which asks for a worker", async () => {
    await bench.submit();
    bench.kicks.splice(0);
    expect(await bench.queues.pause("tests")).toEqual({ ...view, queued: 1, oldestAgeMs: 0, isPaused: true });
    expect(bench.kicks).toEqual([]);
    expect(await bench.queues.resume("tests")).toMatchObject({ isPaused: false });
    expect(bench.kicks).toMatchObject([{ queue: "tests", delayMs: 0 }]);
  });

  test("are not found by a name that no definition has", async () => {
    await expect(bench.queues.pause("test")).rejects.toMatchObject({ code: "not_found" });
    await expect(bench.queues.resume("test")).rejects.toMatchObject({ code: "not_found" });
  });
});
