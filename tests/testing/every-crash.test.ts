import { describe, expect, test } from "vitest";
import { z } from "zod";
import { jobDefiner } from "@/lib/core/definition";
import { createTestQueue } from "@/lib/testing/create-test-queue";
import { createEffects, type Effects } from "@/lib/testing/effects";
import { everyCrash, everyStop } from "@/lib/testing/every-crash";
import { countJob, upTo } from "@/tests/support/count-job";
import { childJob, parentJob } from "@/tests/support/family-job";

async function aCount() {
  const queue = createTestQueue({ definitions: [countJob], services: () => ({ onNumber: () => {}, events: [] }) });
  return { queue, job: await queue.submit(countJob, { to: 8 }) };
}

async function expectCounted({ job }: Awaited<ReturnType<typeof aCount>>) {
  expect(await job.output()).toEqual({ sum: 36 });
  expect(await job.rows("numbers")).toEqual(upTo(8));
  expect(job.events()).toHaveLength(1);
}

interface ShopServices {
  readonly effects: Effects;
  readonly keyOf: (effectKey: string) => string;
}

/** Waits for a payment, and then sends the goods. */
const shopJob = jobDefiner<ShopServices>()({
  name: "tests.shop",
  queue: "tests",
  input: z.null(),
  output: z.null(),
  stages: { pay: { label: "Waiting for the payment", cursor: z.null() }, send: "Sending" },
  async *run({ stage, services: { effects, keyOf } }) {
    yield* stage("pay", {}, async function* ({ woken }) {
      if (!woken) yield { cursor: null, waitFor: "paid" };
    });
    yield* stage("send", async ({ effectKey }) => effects.happen("parcel", keyOf(effectKey())));
    return null;
  },
});

async function aShop(keyOf: ShopServices["keyOf"]) {
  const effects = createEffects();
  const queue = createTestQueue({ definitions: [shopJob], services: () => ({ effects, keyOf }) });
  return { queue, effects, job: await queue.submit(shopJob, null) };
}
type Shop = Awaited<ReturnType<typeof aShop>>;

async function playShop({ queue, job }: Shop) {
  await queue.run();
  await job.wake("paid", null, "payment-1");
  await queue.run();
}

async function expectSent({ job, effects }: Shop) {
  expect(await job.state()).toBe("completed");
  effects.once("parcel");
}

describe("every crash", () => {
  test("is tried: at each safe point, and on both sides of each call", async () => {
    const world = await aCount();
    await world.queue.run();
    const { calls, safePoints } = world.queue.reached();
    expect(safePoints).toEqual(["plan", ...Array(9).fill("count"), "report"]);
    expect(new Set(calls)).toEqual(new Set(["claim", "write", "commit", "settle"]));
    expect(await everyCrash(aCount, expectCounted)).toBe(safePoints.length + 2 * calls.length);
  });

  test("comes once, and costs a lease and no attempt", async () => {
    const losses: number[] = [];
    await everyCrash(aCount, async ({ job }) => {
      const { attempt, slices } = await job.read();
      expect(attempt).toBe(1);
      losses.push(slices - 1);
    });
    expect(losses[0]).toBe(0);
    expect(new Set(losses)).toEqual(new Set([0, 1]));
  });

  test("leaves each child made once", async () => {
    const make = async () => {
      const queue = createTestQueue({ definitions: [parentJob, childJob], services: () => ({ onChild: () => {} }) });
      return { queue, job: await queue.submit(parentJob, { count: 3 }) };
    };
    const crashes = await everyCrash(make, async ({ job, queue }) => {
      expect(await job.output()).toMatchObject({ sum: 6, completed: 3 });
      expect(queue.events()).toHaveLength(4);
    });
    expect(crashes).toBeGreaterThan(30);
  });

  test("may come in a play of several scenes", async () => {
    const crashes = await everyCrash(() => aShop((key) => key), expectSent, { play: playShop });
    expect(crashes).toBeGreaterThan(15);
  });

  test("shows an effect whose key is not stable, and where the worker was killed", async () => {
    let sent = 0;
    const careless = everyCrash(() => aShop((key) => `${key}-${++sent}`), expectSent, { play: playShop });
    await expect(careless).rejects.toThrow(/^killed at safe point 3 \(send\): "parcel" has happened 2 times/);
  });

  test("must find the same world each time", async () => {
    let worlds = 0;
    const make = async () => {
      worlds += 1;
      const { queue } = await aCount();
      for (let more = worlds; more < 2; more += 1) await queue.submit(countJob, { to: 8 });
      return { queue };
    };
    await expect(everyCrash(make, () => {})).rejects.toThrow("Make each world the same way.");
  });

  test("says so when the undisturbed end is wrong already", async () => {
    const check = () => {
      throw new Error("wrong");
    };
    await expect(everyCrash(aCount, check)).rejects.toThrow("undisturbed: wrong");
  });
});

test("every stop goes on in a new slice", async () => {
  const slices: number[] = [];
  const stops = await everyStop(aCount, async (world) => {
    await expectCounted(world);
    slices.push((await world.job.read()).slices);
  });
  expect(stops).toBe(11);
  expect(slices).toEqual([1, ...Array(11).fill(2)]);
});
