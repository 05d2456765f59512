import { describe, expect, test } from "vitest";
import { createTestQueue } from "@/lib/testing/create-test-queue";
import { everyCrash } from "@/lib/testing/every-crash";
import { approveOrder } from "@/tests/testing/guide/order-approve";
import { checkPrices } from "@/tests/testing/guide/prices-check";
import { squareNumber, sumSquares } from "@/tests/testing/guide/squares-sum";

const DAY_MS = 86_400_000;
const definitions = [approveOrder, checkPrices, squareNumber, sumSquares];

describe("prices.check", () => {
  async function setUp() {
    const queue = createTestQueue({ definitions });
    return { queue, job: await queue.submit(checkPrices, { shop: "corner", items: 5 }) };
  }

  async function expectAllChecked({ job }: Awaited<ReturnType<typeof setUp>>) {
    expect(await job.output()).toEqual({ cents: 870 });
    expect(await job.rows("prices")).toEqual([100, 137, 174, 211, 248].map((cents, item) => ({ item, cents })));
    expect(await job.log()).toMatchObject([{ level: "info", message: "5 items of corner cost 870 cents" }]);
  }

  test("checks each item once, wherever its worker is killed", async () => {
    expect(await everyCrash(setUp, expectAllChecked)).toBeGreaterThan(20);
  });

  test("goes on where its worker was killed", async () => {
    const world = await setUp();
    const when = (cursor: { item: number }) => cursor.item === 3;
    await world.queue.run({ crashAt: { stage: "check", when } });
    expect(await world.job.state()).toBe("running");
    await world.queue.run();
    await expectAllChecked(world);
  });

  test("is one job while it is unfinished", async () => {
    const { queue, job } = await setUp();
    expect((await queue.submit(checkPrices, { shop: "corner", items: 5 })).id).toBe(job.id);
  });

  test("begins ten times a minute in one shop", async () => {
    const queue = createTestQueue({ definitions });
    for (let items = 1; items <= 12; items += 1) await queue.submit(checkPrices, { shop: "corner", items });
    await queue.advance("59s");
    expect(queue.events()).toHaveLength(10);
    await queue.run();
    expect(queue.events()).toHaveLength(12);
  });
});

describe("order.approve", () => {
  async function setUp() {
    const queue = createTestQueue({ definitions });
    return { queue, job: await queue.submit(approveOrder, { order: "7" }) };
  }

  test("is approved by whoever says so, wherever its worker is killed", async () => {
    await everyCrash(setUp, async ({ job }) => expect(await job.output()).toEqual({ by: "ada" }), {
      async play({ queue, job }) {
        await queue.advance("25h");
        await job.wake("approved", { by: "ada" }, "approval-1");
        await queue.run();
      },
    });
  });

  test("is approved by nobody after three days", async () => {
    const { queue, job } = await setUp();
    const begunAt = queue.now();
    await queue.run();
    expect(await job.output()).toEqual({ by: null });
    expect(queue.now() - begunAt).toBeGreaterThanOrEqual(3 * DAY_MS);
  });
});

test("numbers.sum adds up what a thousand jobs answer", async () => {
  const queue = createTestQueue({ definitions });
  const job = await queue.submit(sumSquares, { upTo: 1_000 });
  await queue.run();
  expect(await job.output()).toEqual({ sum: 332_833_500 });
  expect(await job.children()).toHaveLength(1_000);
});
