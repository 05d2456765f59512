import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Ledger } from "@/lib/core/ledger";
import { createIds } from "@/lib/id";
import { defineJob } from "@/lib/jobs/define-job";
import { deliverWebhook } from "@/lib/jobs/webhook-deliver";
import { createNotifications } from "@/lib/notifications/create-notifications";
import { createListeners } from "@/lib/server/listeners";
import { createNotifyOfEnds } from "@/lib/server/notify-of-ends";
import { createWebhooks } from "@/lib/server/webhooks";
import { createJobStore } from "@/lib/store/jobs/create-job-store";
import { createRecordStore } from "@/lib/store/records/create-record-store";
import { createSweep } from "@/lib/worker/sweep";
import { aClaim, aNewJob, asItWas, NOW, RETENTION } from "@/tests/support/builders";
import { createMortalLedger, type Death } from "@/tests/support/mortal-ledger";

const aDefinition = (name: string, isPublic: boolean) =>
  defineJob({
    name,
    queue: "tests",
    input: z.json(),
    output: z.json(),
    stages: { work: "Working" },
    public: isPublic,
    async *run({ stage }) {
      return yield* stage("work", () => null);
    },
  });
const open = aDefinition("tests.open", true);
const internal = aDefinition("tests.internal", false);
const definitions = new Map([open, internal, deliverWebhook].map((one) => [one.name as string, one]));

/** One process of the application, as far as it tells of ends. */
function aProcess(ledger: Ledger, clock: () => number, nonce: () => string) {
  const errors: string[] = [];
  const store = createJobStore({ ledger, retention: RETENTION, nonce });
  const records = createRecordStore({ ledger, nonce });
  const notifications = createNotifications({ records, clock });
  const dispatcher = { kick: async () => {} };
  const webhooks = createWebhooks({
    env: { appUrl: "https://app.test", webhooks: { allowPrivate: false } },
    secrets: { auth: "s3cret" },
    store,
    records,
    dispatcher,
    notifications,
    clock,
    ids: createIds(clock),
    log: { warn() {} },
    resolve: async () => ["93.184.215.14"],
  });
  const { sweep } = createSweep({
    store,
    records,
    dispatcher,
    clock,
    tell: createListeners({
      store,
      definitions,
      cancelChildren: async () => {},
      listeners: [createNotifyOfEnds(notifications), webhooks.announce],
      prune: (job) => store.prune(job, clock()),
      log: { info() {} },
    }),
    removeJob: async () => {},
    removeLate: async () => {},
    serveRecord: async () => {},
    onError: (event) => void errors.push(event),
  });
  return { store, records, notifications, webhooks: webhooks.api, sweep, errors };
}

/** What telling of ends must do over any ledger: exactly one notification, and one delivery for each endpoint. */
export function describeTelling(name: string, setup: () => Promise<Ledger>) {
  describe(`telling of ends over ${name}`, () => {
    let now = NOW;
    let nonces = 0;
    const clock = () => now;
    const nonce = () => `n${++nonces}`;
    beforeEach(() => {
      now = NOW;
    });

    /** Ada has two endpoints, one of them for failures only; two of her jobs complete, one fails, one is internal, one defined no more. */
    async function aWorld() {
      const ledger = await setup();
      const sound = aProcess(ledger, clock, nonce);
      const wish = { description: "", enabled: true };
      const url = "https://hooks.test";
      const all = await sound.webhooks.create("ada", { ...wish, url, events: ["job.completed", "job.failed"] });
      const failures = await sound.webhooks.create("ada", { ...wish, url, events: ["job.failed"] });
      await sound.webhooks.create("bob", { ...wish, url, events: ["job.completed", "job.failed"] });
      now += 1_000;

      const names = [...[open, open, open, internal].map((definition) => definition.name), "tests.taken-away"];
      await sound.store.enqueue(
        names.map((jobName) => aNewJob({ name: jobName })),
        now,
      );
      const { held } = await sound.store.claim(aClaim({ now }));
      const error = { code: "broken", message: "It is broken." };
      const settlements = held.map((one, i) => ({
        held: one,
        outcome:
          i === 2
            ? ({ kind: "threw", error, retryInMs: null } as const)
            : ({ kind: "completed", output: { value: null } } as const),
        reached: asItWas(one.job),
      }));
      await sound.store.settle("tests", settlements, now, 0);

      /** Everything that the ends have led to. */
      async function told() {
        const { notifications, unread } = await sound.notifications.list("ada", { cursor: null, limit: 100 });
        const deliveriesOf = async (id: string) => {
          const { jobs } = await sound.store.list(id, { cursor: null, limit: 100 });
          const { deliveries } = await sound.webhooks.deliveries("ada", id, { cursor: null, limit: 100 });
          expect(jobs.map(({ input }) => (input as { deliveryId: string }).deliveryId).sort()).toEqual(
            deliveries.map((delivery) => delivery.id).sort(),
          );
          return deliveries.map(({ type }) => type).sort();
        };
        return {
          titles: notifications.map(({ title }) => title).sort(),
          unread,
          all: await deliveriesOf(all.id),
          failures: await deliveriesOf(failures.id),
        };
      }
      return { ledger, ...sound, told };
    }

    const EACH_ONCE = {
      titles: ["Tests open: done", "Tests open: done", "Tests open: failed", "Tests taken away: done"],
      unread: 4,
      all: ["job.completed", "job.completed", "job.completed", "job.failed"],
      failures: ["job.failed"],
    };

    test("makes one notification and one delivery of each end that an owner should hear of", async () => {
      const world = await aWorld();
      expect(await world.sweep()).toMatchObject({ events: 5 });
      expect(await world.told()).toEqual(EACH_ONCE);
      expect(await world.sweep()).toMatchObject({ events: 0 });
      expect(world.errors).toEqual([]);
    });

    test("makes no more of them when several sweeps tell at once, and tell again later", async () => {
      const world = await aWorld();
      const { events } = await world.store.tend(now, 100);
      await Promise.all([1, 2, 3].map(() => aProcess(world.ledger, clock, nonce).sweep()));
      expect(await world.told()).toEqual(EACH_ONCE);

      await world.notifications.read("ada", { all: true });
      const again = events.map(({ id }) => ({ set: "due", member: `event:${id}`, score: now }));
      await world.ledger.apply([{ moves: again }]);
      expect(await world.sweep()).toMatchObject({ events: 5 });
      expect(await world.told()).toEqual({ ...EACH_ONCE, unread: 0 });
    });

    test("makes each once, wherever the process that tells is killed", { timeout: 120_000 }, async () => {
      const undisturbed = await aWorld();
      const counted = createMortalLedger(undisturbed.ledger, null);
      await aProcess(counted.ledger, clock, nonce).sweep();
      const calls = counted.calls();
      expect(calls).toBeGreaterThan(8);

      const deaths = Array.from({ length: calls }, (_, i) => [
        { call: i + 1, when: "before" } satisfies Death,
        { call: i + 1, when: "after" } satisfies Death,
      ]).flat();
      for (const death of deaths) {
        const world = await aWorld();
        const killed = aProcess(createMortalLedger(world.ledger, death).ledger, clock, nonce);
        await killed.sweep().catch(() => undefined);
        await world.sweep();
        expect({ death, ...(await world.told()) }).toEqual({ death, ...EACH_ONCE });
        expect(await world.sweep()).toMatchObject({ events: 0 });
      }
    });

    test("makes another notification of a job that was retried and has ended again", async () => {
      const world = await aWorld();
      await world.sweep();
      const { jobs } = await world.store.list("ada", { cursor: null, limit: 100 });
      const failed = jobs.find(({ state }) => state === "failed");
      if (!failed) throw new Error("No job has failed.");
      now += 1_000;
      await world.store.control(failed.id, "ada", "retry", now);
      await world.store.control(failed.id, "ada", "cancel", now);
      await world.sweep();
      expect(await world.told()).toMatchObject({ unread: 5, titles: ["Tests open: cancelled", ...EACH_ONCE.titles] });
    });

    test("drops what comes while a thousand wait for one endpoint, and notes it", async () => {
      const world = await aWorld();
      const failures = (await world.webhooks.list("ada")).find(({ events }) => events.length === 1);
      const endpointId = failures?.id ?? "";
      const waiting = Array.from({ length: 1_000 }, () => aNewJob({ owner: endpointId, queue: "webhooks" }));
      await world.store.enqueue(waiting, now);
      await world.sweep();
      const { deliveries } = await world.webhooks.deliveries("ada", endpointId, { cursor: null, limit: 9 });
      expect(deliveries).toMatchObject([{ type: "job.failed", state: "skipped" }]);
      expect(await world.store.counts(["webhooks"])).toMatchObject([{ queued: 1_004 }]);
    });

    test("tells nobody of a job that was deleted meanwhile", async () => {
      const world = await aWorld();
      const { jobs } = await world.store.list("ada", { cursor: null, limit: 100 });
      for (const job of jobs) if ("expiresAt" in job) await world.store.forget(job, job.expiresAt);
      expect(await world.sweep()).toMatchObject({ events: 5 });
      expect(await world.told()).toEqual({ titles: [], unread: 0, all: [], failures: [] });
    });
  });
}
