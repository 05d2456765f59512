import { describe, expect, test } from "vitest";
import { FatalError, RetryableError } from "@/lib/errors";
import { createIds } from "@/lib/id";
import { createNotifications } from "@/lib/notifications/create-notifications";
import { createMemoryLedger } from "@/lib/store/memory/create-memory-ledger";
import { createRecordStore } from "@/lib/store/records/create-record-store";
import { createDeliver } from "@/lib/webhooks/deliver";
import { createDeliveries } from "@/lib/webhooks/deliveries";
import { disabledNotice } from "@/lib/webhooks/disabled-notice";
import { createEndpoints } from "@/lib/webhooks/endpoints";
import { type Delivery, testDelivery } from "@/lib/webhooks/order";
import type { Sent } from "@/lib/webhooks/send";
import { HOUR_MS, NOW } from "@/tests/support/builders";
import { createMortalLedger, type Death } from "@/tests/support/mortal-ledger";

const DELIVERED: Sent = { kind: "delivered", status: 200 };
const GONE: Sent = { kind: "gone", status: 410, error: "It answered 410." };
const FAILED: Sent = { kind: "refused", status: 500, error: "It answered 500.", retryAfterMs: null };

/** Ada's endpoint, which answers what the test says. */
async function setUp() {
  const world = { now: NOW, answer: DELIVERED, sent: [] as string[] };
  const clock = () => world.now;
  const ids = createIds(clock);
  const ledger = createMemoryLedger({ clock });

  /** The deliverer of a process that dies at a call to its store, or never; `onChanged` comes after its first change of the endpoint. */
  function aDeliverer(death: Death | null = null, onChanged: () => Promise<void> = async () => {}) {
    const mortal = createMortalLedger(ledger, death);
    const records = createRecordStore({ ledger: mortal.ledger, nonce: () => ids("rec") });
    const resolve = async () => ["93.184.215.14"];
    const keyFor = (purpose: string) => new TextEncoder().encode(purpose);
    const endpoints = createEndpoints({ records, clock, ids, resolve, allowPrivate: false, keyFor });
    const deliveries = createDeliveries({ records, clock });
    const notifications = createNotifications({ records, clock });
    let changes = 0;
    const deliver = createDeliver({
      endpoints: {
        ...endpoints,
        async change(...wish) {
          const changed = await endpoints.change(...wish);
          changes += 1;
          if (changes === 1) await onChanged();
          return changed;
        },
      },
      deliveries,
      send: async (_url, { id }) => {
        world.sent.push(id);
        return world.answer;
      },
      onDisabled: (endpoint, deliveryId) => notifications.add([disabledNotice(endpoint, deliveryId)]),
      clock,
      monotonic: clock,
      random: () => 0.5,
    });
    return { endpoints, deliveries, notifications, deliver, calls: mortal.calls };
  }

  const sound = aDeliverer();
  const wish = { url: "https://hooks.test/ada", description: "", events: ["job.failed" as const], enabled: true };
  const { id } = await sound.endpoints.create("ada", wish);

  /** A message on its way, as an event makes it. */
  async function aDelivery(nonce: string): Promise<Delivery> {
    const { order, ...rest } = testDelivery(nonce, await sound.endpoints.get("ada", id), world.now);
    const delivery = { ...rest, order: { ...order, isTest: false } };
    await sound.deliveries.add([delivery]);
    return delivery;
  }

  const attempt = ({ endpointId, order }: Delivery, { deliver } = sound) =>
    deliver(endpointId, order, new AbortController().signal).catch((error: unknown) => {
      if (error instanceof FatalError) return error.code;
      if (error instanceof RetryableError) return { retryAfterMs: error.retryAfterMs };
      throw error;
    });

  const stateOf = (delivery: Delivery) => sound.deliveries.get(id, delivery.order.deliveryId);
  const told = async () =>
    (await sound.notifications.list("ada", { cursor: null, limit: 100 })).notifications.map(({ title }) => title);
  const endpoint = async () => (await sound.endpoints.get("ada", id)).value;
  const giveUp = async (nonce: string) => {
    const delivery = await aDelivery(nonce);
    world.now += 24 * HOUR_MS;
    return attempt(delivery);
  };
  return Object.assign(world, { id, ...sound, aDeliverer, aDelivery, attempt, stateOf, told, endpoint, giveUp });
}

describe("a delivery", () => {
  test("is sent, noted, and not sent again once it has arrived", async () => {
    const { aDelivery, attempt, stateOf, sent } = await setUp();
    const delivery = await aDelivery("a");
    expect(await attempt(delivery)).toEqual({ outcome: "delivered" });
    expect(await attempt(delivery)).toEqual({ outcome: "delivered" });
    expect(sent).toEqual([delivery.order.deliveryId]);
    expect(await stateOf(delivery)).toEqual({
      type: "webhook.test",
      jobId: null,
      createdAt: NOW,
      state: "delivered",
      nextAt: null,
      attempts: [{ at: NOW, status: 200, durationMs: 0, error: null }],
    });
  });

  test("is as it became when its job was faster than the note that it is on its way", async () => {
    const { attempt, deliveries, endpoints, id, stateOf } = await setUp();
    const { order, ...rest } = testDelivery("a", await endpoints.get("ada", id), NOW);
    const delivery = { ...rest, order: { ...order, isTest: false } };
    await attempt(delivery);
    await deliveries.add([delivery]);
    expect(await stateOf(delivery)).toMatchObject({ type: "webhook.test", createdAt: NOW, state: "delivered" });
  });

  test("that failed is tried again later, with the same id, until a day is over", async () => {
    const world = await setUp();
    const { aDelivery, attempt, stateOf, sent } = world;
    world.answer = FAILED;
    const delivery = await aDelivery("a");
    expect(await attempt(delivery)).toEqual({ retryAfterMs: 5_000 });
    expect(await stateOf(delivery)).toMatchObject({ state: "pending", nextAt: NOW + 5_000 });
    world.now += 5_000;
    expect(await attempt(delivery)).toEqual({ retryAfterMs: 30_000 });
    world.now += 24 * HOUR_MS;
    expect(await attempt(delivery)).toBe("webhook_undelivered");
    expect(await stateOf(delivery)).toMatchObject({
      state: "failed",
      nextAt: null,
      attempts: [NOW, NOW + 5_000, NOW + 5_000 + 24 * HOUR_MS].map((at) => ({
        at,
        status: 500,
        durationMs: 0,
        error: "It answered 500.",
      })),
    });
    expect(new Set(sent)).toEqual(new Set([delivery.order.deliveryId]));
  });

  test("waits as long as the receiver asks", async () => {
    const world = await setUp();
    world.answer = { ...FAILED, retryAfterMs: 77_000 };
    expect(await world.attempt(await world.aDelivery("a"))).toEqual({ retryAfterMs: 77_000 });
  });

  test("to an endpoint that was deleted or disabled is skipped", async () => {
    const world = await setUp();
    const { aDelivery, attempt, stateOf, endpoints, id, sent } = world;
    const [first, second] = [await aDelivery("a"), await aDelivery("b")];
    await endpoints.update("ada", id, { enabled: false });
    expect(await attempt(first)).toEqual({ outcome: "skipped" });
    expect(await stateOf(first)).toMatchObject({ state: "skipped", attempts: [] });
    await endpoints.remove("ada", id);
    expect(await attempt(second)).toEqual({ outcome: "skipped" });
    expect(await stateOf(second)).toMatchObject({ state: "skipped" });
    expect([sent, await world.told()]).toEqual([[], []]);
  });
});

describe("an endpoint", () => {
  test("that answers 410 is disabled at once, and its owner told", async () => {
    const world = await setUp();
    world.answer = GONE;
    const delivery = await world.aDelivery("a");
    expect(await world.attempt(delivery)).toBe("webhook_undelivered");
    const disabled = { reason: "gone", at: NOW, deliveryId: delivery.order.deliveryId };
    expect(await world.endpoint()).toMatchObject({ disabled });
    expect(await world.told()).toEqual(["Webhook disabled"]);
    expect(await world.stateOf(delivery)).toMatchObject({ state: "failed" });
  });

  test("that lets five deliveries in a row be given up is disabled, and its owner told once", async () => {
    const world = await setUp();
    world.answer = FAILED;
    for (const nonce of ["a", "b", "c", "d"]) await world.giveUp(nonce);
    expect([(await world.endpoint()).disabled, await world.told()]).toEqual([null, []]);
    await world.giveUp("e");
    expect(await world.endpoint()).toMatchObject({ disabled: { reason: "failing" } });
    expect(await world.told()).toEqual(["Webhook disabled"]);
    const late = await world.aDelivery("f");
    expect(await world.attempt(late)).toEqual({ outcome: "skipped" });
    expect(await world.told()).toEqual(["Webhook disabled"]);
  });

  test("begins to count anew when a delivery has arrived, and when it is enabled again", async () => {
    const world = await setUp();
    world.answer = FAILED;
    for (const nonce of ["a", "b", "c", "d"]) await world.giveUp(nonce);
    world.answer = DELIVERED;
    await world.giveUp("e");
    expect((await world.endpoint()).givenUp).toEqual([]);
    world.answer = FAILED;
    for (const nonce of ["f", "g", "h", "i", "j"]) await world.giveUp(nonce);
    expect((await world.endpoint()).disabled).not.toBeNull();
    const view = await world.endpoints.update("ada", world.id, { enabled: true });
    expect(view).toMatchObject({ enabled: true, disabledReason: null });
    await world.giveUp("k");
    expect(await world.endpoint()).toMatchObject({ disabled: null, givenUp: [expect.any(String)] });
  });

  test("that its owner has enabled again stays so, whatever was on its way to disable it", async () => {
    const world = await setUp();
    world.answer = FAILED;
    for (const nonce of ["a", "b", "c", "d"]) await world.giveUp(nonce);
    const slow = world.aDeliverer(null, async () => {
      await world.endpoints.update("ada", world.id, { enabled: true });
    });
    const delivery = await world.aDelivery("e");
    world.now += 24 * HOUR_MS;
    await world.attempt(delivery, slow);
    expect(await world.endpoint()).toMatchObject({ disabled: null, givenUp: [] });
  });

  test("is tried once and judged by nothing when it is only tested, also while it is disabled", async () => {
    const world = await setUp();
    world.answer = GONE;
    await world.endpoints.update("ada", world.id, { enabled: false });
    const delivery = testDelivery("a", await world.endpoints.get("ada", world.id), NOW);
    await world.deliveries.add([delivery]);
    expect(await world.attempt(delivery)).toBe("webhook_undelivered");
    expect(await world.stateOf(delivery)).toMatchObject({ state: "failed", nextAt: null });
    expect([await world.endpoint(), await world.told()]).toMatchObject([{ disabled: { reason: "owner" } }, []]);
  });
});

describe("a process that is killed while it delivers", () => {
  const cases = [
    ["the message arrives", DELIVERED, 4],
    ["the endpoint is gone", GONE, 0],
    ["the endpoint is given up", FAILED, 4],
  ] as const;

  test.each(cases)("leaves nothing undone and does nothing twice when %s", async (_what, answer, givenUp) => {
    /** An endpoint that has failed so often, and one more delivery to it. */
    async function prepare() {
      const world = await setUp();
      world.answer = FAILED;
      for (let i = 0; i < givenUp; i += 1) await world.giveUp(`before ${i}`);
      const delivery = await world.aDelivery("last");
      world.now += 24 * HOUR_MS;
      world.answer = answer;
      return { world, delivery };
    }
    const undisturbed = await prepare();
    const deliverer = undisturbed.world.aDeliverer();
    await undisturbed.world.attempt(undisturbed.delivery, deliverer);
    const outcomeOf = async ({ world, delivery }: typeof undisturbed) => ({
      state: (await world.stateOf(delivery))?.state,
      endpoint: { ...(await world.endpoint()), createdAt: 0 },
      told: await world.told(),
    });
    const expected = await outcomeOf(undisturbed);

    for (let call = 1; call <= deliverer.calls(); call += 1) {
      for (const when of ["before", "after"] as const) {
        const again = await prepare();
        const killed = again.world.aDeliverer({ call, when });
        await again.world.attempt(again.delivery, killed).catch(() => undefined);
        await again.world.attempt(again.delivery);
        const outcome = await outcomeOf(again);
        // Ids are made by chance, and the rest must be the same.
        const byChance = JSON.stringify(outcome).replaceAll(/dlv_\w+/g, "dlv");
        expect([call, when, byChance]).toEqual([call, when, JSON.stringify(expected).replaceAll(/dlv_\w+/g, "dlv")]);
      }
    }
  });
});
