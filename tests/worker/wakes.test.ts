import { describe, expect, test } from "vitest";
import { StoreUnavailableError } from "@/lib/core/ledger";
import type { Woken } from "@/lib/core/wake";
import type { Fault } from "@/lib/testing/test-worker";
import { setUpBench } from "@/tests/support/bench";
import { orderJob } from "@/tests/support/order-job";

const PAYMENTS = 3;

async function setUp() {
  const found: (Woken | null)[] = [];
  const bench = setUpBench({
    definitions: [orderJob],
    services: () => ({ onWoken: (woken) => void found.push(woken) }),
  });
  const id = await bench.enqueue({ name: orderJob.name, input: { payments: PAYMENTS } });
  const pay = (n: number) => bench.store.wake(id, "ada", { id: `pay-${n}`, name: "paid", payload: n }, bench.clock());
  return { ...bench, id, found, pay };
}
type Order = Awaited<ReturnType<typeof setUp>>;

async function expectAllPaidOnce({ jobOf, rowsOf, id }: Order) {
  expect(await jobOf(id)).toMatchObject({ state: "completed", output: { value: { paid: PAYMENTS, missed: 0 } } });
  expect([...(await rowsOf(id, "payments"))].sort()).toEqual([0, 1, 2]);
}

describe("a job that waits to be woken", () => {
  test("leaves its worker, and goes on with what it was told", async () => {
    const order = await setUp();
    await order.aWorker().drain();
    expect(await order.jobOf(order.id)).toMatchObject({ state: "waiting", attempt: 1 });
    for (let n = 0; n < PAYMENTS; n += 1) {
      await order.pay(n);
      await order.aWorker().drain();
    }
    await expectAllPaidOnce(order);
    const { found } = order;
    expect(found.map((woken) => woken && !woken.timedOut && woken.payload)).toEqual([null, 0, 1, 2]);
  });

  test("goes on when its time has run out", async () => {
    const order = await setUp();
    for (let n = 0; n <= PAYMENTS; n += 1) {
      await order.aWorker().drain();
      order.pass(60_000);
      await order.tend();
    }
    expect(await order.jobOf(order.id)).toMatchObject({
      state: "completed",
      output: { value: { paid: 0, missed: 3 } },
    });
  });

  test("takes up what came before it waited, in its order, without leaving the queue", async () => {
    const order = await setUp();
    for (let n = 0; n < PAYMENTS; n += 1) await order.pay(n);
    await order.aWorker().drain();
    await expectAllPaidOnce(order);
    expect(await order.rowsOf(order.id, "payments")).toEqual([0, 1, 2]);
  });
});

/** All that an undisturbed worker calls while the payments come. */
async function play(order: Order, fault: Fault, when: "early" | "between") {
  const wakeAll = async () => {
    for (let n = 0; n < PAYMENTS; n += 1) await order.pay(n);
  };
  if (when === "early") await wakeAll();
  const worker = order.aWorker(fault);
  for (let n = 0; n <= PAYMENTS; n += 1) {
    await worker.drain().catch(() => undefined);
    if (when === "between" && n < PAYMENTS) await order.pay(n);
  }
  return worker;
}

const calls = { early: 0, between: 0 };
for (const when of ["early", "between"] as const) calls[when] = (await play(await setUp(), () => {}, when)).calls();
const PLACES = (["early", "between"] as const).flatMap((wakes) =>
  Array.from({ length: calls[wakes] }, (_, i) =>
    (["before", "after"] as const).map((when) => ({ wakes, call: i + 1, when })),
  ).flat(),
);

describe("a job that was woken, and whose worker is disturbed", () => {
  test("has worth disturbing", () => expect(PLACES.length).toBeGreaterThan(30));

  async function goOn(order: Order) {
    for (let n = 0; n <= PAYMENTS; n += 1) {
      order.pass(30_000);
      await order.tend();
      await order.aWorker().drain();
    }
  }

  test.each(PLACES)(
    "hears of each wake once when its worker is killed $when call $call, wakes $wakes",
    async (place) => {
      const order = await setUp();
      let isDead = false;
      const worker = await play(
        order,
        (call, when) => {
          isDead ||= call === place.call && when === place.when;
          if (isDead) throw new Error("killed");
        },
        place.wakes,
      );
      worker.die();
      await goOn(order);
      await expectAllPaidOnce(order);
    },
  );

  test.each(PLACES)(
    "hears of each wake once when call $call fails $when it took effect, wakes $wakes",
    async (place) => {
      const order = await setUp();
      const fault: Fault = (call, when, name) => {
        if (call === place.call && when === place.when && name !== "write")
          throw new StoreUnavailableError("timed out");
      };
      await play(order, fault, place.wakes);
      await goOn(order);
      await expectAllPaidOnce(order);
    },
  );

  test.each(PLACES)("loses no wake that comes $when call $call, wakes $wakes", async (place) => {
    const order = await setUp();
    await play(
      order,
      async (call, when) => {
        if (call === place.call && when === place.when) for (let n = 0; n < PAYMENTS; n += 1) await order.pay(n);
      },
      place.wakes,
    );
    await goOn(order);
    await expectAllPaidOnce(order);
  });
});
