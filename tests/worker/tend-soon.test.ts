import { describe, expect, test } from "vitest";
import { createVirtualTime } from "@/lib/testing/virtual-time";
import { createTendSoon } from "@/lib/worker/tend-soon";

function setUp() {
  const time = createVirtualTime();
  const world = { looks: 0, answer: async () => ({ hasMore: false, events: 0 }), errors: [] as unknown[] };
  const telling = createTendSoon({
    tend: () => {
      world.looks += 1;
      return world.answer();
    },
    every: time.every,
    onError: (error) => void world.errors.push(error),
  });
  /** Time passes, and what was begun comes to its end. */
  async function pass(ms: number) {
    for (let left = ms; left > 0; left -= 500) {
      time.pass(Math.min(left, 500));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return Object.assign(world, { ...telling, pass, ticking: time.ticking });
}

describe("tending soon", () => {
  test("looks once for many that ask within a moment, and then stands still", async () => {
    const bench = setUp();
    for (let i = 0; i < 10; i += 1) bench.soon();
    expect(bench.looks).toBe(0);
    await bench.pass(500);
    expect(bench.looks).toBe(1);
    await bench.pass(5_000);
    expect([bench.looks, bench.ticking()]).toEqual([1, 0]);
    bench.soon();
    await bench.pass(500);
    expect(bench.looks).toBe(2);
  });

  test("looks again while there is more to tell, but not for what is only stuck", async () => {
    const bench = setUp();
    const answers = [
      { hasMore: true, events: 100 },
      { hasMore: true, events: 3 },
      { hasMore: true, events: 0 },
    ];
    bench.answer = async () => answers.shift() ?? { hasMore: false, events: 0 };
    bench.soon();
    await bench.pass(5_000);
    expect([bench.looks, bench.ticking()]).toEqual([3, 0]);
  });

  test("takes one look at a time, and remembers who asked meanwhile", async () => {
    const bench = setUp();
    const slow = Promise.withResolvers<{ hasMore: boolean; events: number }>();
    bench.answer = () => slow.promise;
    bench.soon();
    await bench.pass(500);
    bench.soon();
    await bench.pass(2_000);
    expect(bench.looks).toBe(1);
    slow.resolve({ hasMore: false, events: 1 });
    await bench.pass(1_000);
    expect(bench.looks).toBe(2);
  });

  test("is called off by who looks himself", async () => {
    const bench = setUp();
    bench.soon();
    bench.callOff();
    await bench.pass(2_000);
    expect([bench.looks, bench.ticking()]).toEqual([0, 0]);
  });

  test("tells of a look that failed, and goes on", async () => {
    const bench = setUp();
    bench.answer = () => Promise.reject(new Error("out of reach"));
    bench.soon();
    await bench.pass(2_000);
    expect([bench.looks, bench.errors]).toEqual([1, [new Error("out of reach")]]);
    bench.soon();
    await bench.pass(500);
    expect(bench.looks).toBe(2);
  });
});
