import { describe, expect, test } from "vitest";
import { RetryableError } from "@/lib/errors";
import type { Fault } from "@/lib/testing/test-worker";
import { setUpCounting as setUp } from "@/tests/support/count-bench";

const all = (count: number, state: string) => Array.from({ length: count }, () => state);

describe("the kicks of a worker", () => {
  const isDown: Fault = (_call, _when, name) => {
    if (name === "publish") throw new Error("QStash is down");
  };

  test("that cannot be published are only late: it goes on, and the sweep repeats them", async () => {
    const failing = new Set([1]);
    const bench = setUp({ slots: 1 }, (n) => {
      if (failing.delete(n)) throw new RetryableError("unlucky", "It fails once.");
    });
    const ids = await bench.enqueueMany(2);
    bench.kicks.splice(0);

    expect(await bench.aWorker(isDown).drain()).toEqual({ slices: 2 });
    expect(await bench.statesOf(ids)).toEqual(["retrying", "completed"]);
    expect(bench.errors).toContainEqual({ event: "kick_failed", error: new Error("QStash is down") });

    bench.pass(60_000);
    expect((await bench.tend()).kicks).toMatchObject([{ queue: "tests" }]);
  });

  test("cost at most one message for each slice of an undisturbed job, and one more", async () => {
    const bench = setUp();
    const id = await bench.enqueue(30);
    let messages = 0;
    while (bench.kicks.length > 0) {
      messages += bench.kicks.splice(0).length;
      await bench.aWorker().drain(2_000);
    }
    const { state, slices } = await bench.jobOf(id);
    expect(state).toBe("completed");
    expect(slices).toBeGreaterThan(5);
    expect(messages).toBeLessThanOrEqual(slices + 1);
  });

  test("that hand over what is left must be heard, or the call fails and is made again", async () => {
    const bench = setUp({ slots: 1 });
    await bench.enqueueMany(2);
    await expect(bench.aWorker(isDown).drain(500)).rejects.toThrow("QStash is down");
  });

  test("call one more worker when its slots are full, and that one does the same", async () => {
    const bench = setUp({ slots: 2 });
    await bench.enqueueMany(3);
    expect(bench.kicks).toHaveLength(1);
    await bench.aWorker().drain();
    expect(bench.kicks).toHaveLength(2);
  });

  test.each([
    { name: "it has slots left", jobs: 1, limits: { slots: 2 } },
    { name: "the queue allows no more than it runs", jobs: 4, limits: { slots: 2, concurrency: 2 } },
  ])("call nobody when $name", async ({ jobs, limits }) => {
    const bench = setUp(limits);
    await bench.enqueueMany(jobs);
    await bench.aWorker().drain();
    expect(bench.kicks).toHaveLength(1);
  });

  /** Runs a worker for each kick that was published, until there are none. */
  async function answerKicks(bench: ReturnType<typeof setUp>) {
    for (const kick of bench.kicks.splice(0)) {
      if (kick.delayMs === 0) await bench.aWorker().drain();
    }
    if (bench.kicks.length > 0) await answerKicks(bench);
  }

  const PLACES = Array.from({ length: 12 }, (_, i) => [
    { call: i + 1, when: "before" as const },
    { call: i + 1, when: "after" as const },
  ]).flat();

  test.each(PLACES)("leave no job without a worker that comes $when call $call of one", async (place) => {
    const bench = setUp({ slots: 1 });
    const ids = [await bench.enqueue()];
    bench.kicks.splice(0);
    const enqueueThen: Fault = async (call, when) => {
      if (call === place.call && when === place.when) ids.push(await bench.enqueue());
    };
    await bench.aWorker(enqueueThen).drain(1_000);
    await answerKicks(bench);
    expect(await bench.statesOf(ids)).toEqual(all(ids.length, "completed"));
  });

  test.each(PLACES)("leave no job without a worker when one is killed $when call $call", async (place) => {
    const bench = setUp({ slots: 1 });
    const ids = [await bench.enqueue(), await bench.enqueue()];
    bench.kicks.splice(0); // lost, too
    let isDead = false;
    const killed = bench.aWorker(async (call, when) => {
      if (!isDead && call === place.call && when === place.when) {
        isDead = true;
        ids.push(await bench.enqueue());
        bench.kicks.splice(0);
      }
      if (isDead) throw new Error("killed");
    });
    await killed.drain(1_000).catch(() => undefined);
    killed.die();
    for (let sweep = 0; sweep < 2; sweep += 1) {
      bench.pass(60_000);
      bench.kicks.push(...(await bench.tend()).kicks);
      await answerKicks(bench);
    }
    expect(await bench.statesOf(ids)).toEqual(all(ids.length, "completed"));
  });

  test("find the jobs that had to stand back behind one that never came back", async () => {
    const bench = setUp({ slots: 1, concurrency: 1 });
    const lost = await bench.enqueue();
    const waiting = await bench.enqueue();
    for (let loss = 0; loss < 10; loss += 1) {
      const killed = bench.aWorker((_call, _when, name) => {
        if (name !== "claim") throw new Error("killed");
      });
      await killed.drain().catch(() => undefined);
      killed.die();
      bench.pass(60_000);
      bench.kicks.splice(0);
      bench.kicks.push(...(await bench.tend()).kicks);
    }
    expect(await bench.statesOf([lost])).toEqual(["failed"]);
    bench.pass(60_000);
    bench.kicks.push(...(await bench.tend()).kicks);
    await answerKicks(bench);
    expect(await bench.statesOf([waiting])).toEqual(["completed"]);
  });
});
