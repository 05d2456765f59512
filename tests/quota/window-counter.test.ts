import { beforeEach, describe, expect, test } from "vitest";
import type { Change, Ledger } from "@/lib/core/ledger";
import { createLocalCounter } from "@/lib/quota/local-counter";
import { createWindowCounter } from "@/lib/quota/window-counter";
import { createMemoryLedger } from "@/lib/store/memory/create-memory-ledger";

const MINUTE_MS = 60_000;
const NOW = 4_102_444_800_000;
const END = NOW + MINUTE_MS;

interface Options {
  readonly limit?: number;
  readonly unasked?: number;
  readonly block?: number;
}

let now = NOW;
let writes = 0;
let reads = 0;
let ledger: Ledger;
beforeEach(() => {
  [now, writes, reads] = [NOW, 0, 0];
  const memory = createMemoryLedger({ clock: () => now });
  ledger = {
    ...memory,
    apply: (changes: readonly Change[]) => {
      writes += 1;
      return memory.apply(changes);
    },
    read: (keys) => {
      reads += 1;
      return memory.read(keys);
    },
  };
});

/** An instance of the application, as far as it counts. */
const anInstance = ({ limit = 20, ...options }: Options = {}) =>
  createWindowCounter({ ledger, clock: () => now, name: "tests", limit, windowMs: MINUTE_MS, ...options });

/** How many of so many tries are granted. */
async function granted(counter: ReturnType<typeof anInstance>, tries: number, subject = "own_ada"): Promise<number> {
  let count = 0;
  for (let left = tries; left > 0; left -= 1) if ((await counter.take(subject)) === null) count += 1;
  return count;
}

describe("a counter in the store", () => {
  test("grants as many as the limit, says when there is room again, and then has it", async () => {
    const counter = anInstance();
    expect(await granted(counter, 20)).toBe(20);
    expect(counter.isSpent("own_ada")).toBe(true);
    now += 1_000;
    expect(await counter.take("own_ada")).toBe(END);
    now = END;
    expect(counter.isSpent("own_ada")).toBe(false);
    expect(await counter.take("own_ada")).toBeNull();
  });

  test("counts each subject apart", async () => {
    const counter = anInstance();
    expect([await granted(counter, 25), await granted(counter, 25, "own_bob")]).toEqual([20, 20]);
  });

  test.each([
    ["one by one", {}],
    ["in blocks", { block: 7 }],
  ])("grants as many as the limit over all instances, taking %s", async (_name, options) => {
    const [one, two] = [anInstance(options), anInstance(options)];
    const counts = [];
    for (let round = 0; round < 30; round += 1) counts.push(await granted(one, 1), await granted(two, 1));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(20);
  });

  test("asks the store for the first few not at all, and counts them once more follow", async () => {
    const [one, two] = [anInstance({ unasked: 5, block: 5 }), anInstance({ unasked: 0, block: 1 })];
    expect([await granted(one, 5), writes, reads]).toEqual([5, 0, 0]);
    expect([await granted(one, 5), writes, reads]).toEqual([5, 1, 0]);
    expect(await granted(two, 20)).toBe(10);
  });

  test("grants exactly the limit where it counts alone, whatever comes unasked and in blocks", async () => {
    expect(await granted(anInstance({ limit: 20, unasked: 6, block: 9 }), 40)).toBe(20);
    expect(await granted(anInstance({ limit: 3, unasked: 6, block: 9 }), 40, "own_bob")).toBe(3);
  });

  test("asks the store no more once nothing is left", async () => {
    const counter = anInstance({ block: 10 });
    await granted(counter, 20);
    const asked = writes;
    expect([await granted(counter, 50), writes]).toEqual([0, asked]);
  });

  test("takes one block for calls at the same time", async () => {
    const counter = anInstance({ block: 10 });
    const answers = await Promise.all(Array.from({ length: 10 }, () => counter.take("own_ada")));
    expect([answers.filter((answer) => answer === null).length, writes]).toEqual([10, 1]);
  });

  test("refuses an amount that does not fit, and grants a smaller one that does", async () => {
    const counter = anInstance({ limit: 100 });
    expect(await counter.take("own_ada", 80)).toBeNull();
    expect(await counter.take("own_ada", 21)).toBe(END);
    expect(await counter.take("own_ada", 20)).toBeNull();
  });

  test("leaves nothing behind in the store", async () => {
    await granted(anInstance(), 1);
    const key = `limit:tests:${NOW / MINUTE_MS}:own_ada`;
    expect(await ledger.read([key])).toEqual([{ rev: 1, text: "" }]);
    now = END + MINUTE_MS;
    expect(await ledger.read([key])).toEqual([null]);
  });

  test("asks again after the store has failed", async () => {
    const apply = ledger.apply;
    const counter = anInstance();
    ledger.apply = async () => {
      throw new Error("down");
    };
    await expect(counter.take("own_ada")).rejects.toThrow("down");
    ledger.apply = apply;
    expect(await granted(counter, 25)).toBe(20);
  });
});

describe("a counter in memory", () => {
  test("grants as many as the limit in each window", async () => {
    const counter = createLocalCounter({ clock: () => now, limit: 3, windowMs: MINUTE_MS });
    expect(await granted(counter, 5)).toBe(3);
    expect([counter.isSpent("own_ada"), counter.isSpent("own_bob")]).toEqual([true, false]);
    expect(await counter.take("own_ada")).toBe(END);
    now = END;
    expect(await granted(counter, 5)).toBe(3);
  });
});
