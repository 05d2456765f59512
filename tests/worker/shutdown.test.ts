import { describe, expect, test } from "vitest";
import { setUpCounting } from "@/tests/support/count-bench";
import { upTo } from "@/tests/support/count-job";

describe("a worker whose process is asked to end", () => {
  test("keeps what its jobs have reached, and leaves them and the others to another worker", async () => {
    const bench = setUpCounting({ slots: 1 }, (n) => {
      if (n === 2) bench.shutDown();
    });
    const [begun, waiting] = await bench.enqueueMany(2);
    if (!begun || !waiting) throw new Error("Two jobs were asked for.");
    bench.kicks.length = 0;

    expect(await bench.aWorker().drain()).toEqual({ slices: 1 });

    expect(await bench.jobOf(begun)).toMatchObject({ state: "queued", attempt: 1, losses: 0 });
    expect(await bench.rowsOf(begun, "numbers")).toEqual(upTo(2));
    expect(await bench.jobOf(waiting)).toMatchObject({ state: "queued", slices: 0 });
    expect(bench.kicks).toMatchObject([{ queue: "tests" }]);
  });

  test("hurries a job that waits for something slow, which is no failure", async () => {
    const bench = setUpCounting({}, (n, signal) => {
      if (n !== 2) return;
      bench.shutDown();
      signal.throwIfAborted();
    });
    const id = await bench.enqueue();
    await bench.aWorker().drain();
    expect(await bench.jobOf(id)).toMatchObject({ state: "queued", attempt: 1, losses: 0 });
    expect(await bench.rowsOf(id, "numbers")).toEqual(upTo(1));
  });

  test("begins nothing any more", async () => {
    const bench = setUpCounting();
    const id = await bench.enqueue();
    bench.shutDown();
    expect(await bench.aWorker().drain()).toEqual({ slices: 0 });
    expect(await bench.jobOf(id)).toMatchObject({ state: "queued", slices: 0 });
  });
});
