import { setTimeout as wait } from "node:timers/promises";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { HeldJob, JobStore } from "@/lib/core/job-store";
import type { Change, Ledger } from "@/lib/core/ledger";
import { createIds } from "@/lib/id";
import { createNotifications } from "@/lib/notifications/create-notifications";
import { createJobStore } from "@/lib/store/jobs/create-job-store";
import { createRecordStore } from "@/lib/store/records/create-record-store";
import { connectUpstash } from "@/lib/store/redis/connect-upstash";
import { createRedisLedger } from "@/lib/store/redis/redis-ledger";
import { createDeliver } from "@/lib/webhooks/deliver";
import { createDeliveries } from "@/lib/webhooks/deliveries";
import { createEndpoints } from "@/lib/webhooks/endpoints";
import { testDelivery } from "@/lib/webhooks/order";
import { aScheduleBench } from "@/tests/schedules/schedule-bench";
import { aClaim, aNewJob, aReached, HOUR_MS, LEASE_MS, NOW, RETENTION } from "@/tests/support/builders";
import { BROKEN } from "@/tests/support/job-bench";
import { hasRedisServer, onRedis, type RedisServer, startRedis } from "@/tests/support/redis";
import { UPSTASH_TOKEN, UPSTASH_URL, upstashRest } from "@/tests/support/upstash-rest";

const completed = { kind: "completed", output: { value: null } } as const;

const transports = {
  TCP: ({ redis }: RedisServer) => createRedisLedger({ redis }),
  REST: () => createRedisLedger(connectUpstash({ url: UPSTASH_URL, token: UPSTASH_TOKEN, wait })),
};

describe.skipIf(!hasRedisServer).each(["TCP", "REST"] as const)(onRedis("what Upstash would bill over %s"), (way) => {
  let server: RedisServer;
  const network = setupServer();
  beforeAll(async () => {
    server = await startRedis();
    network.listen({ onUnhandledFrame: "error" });
    network.use(upstashRest(server.tcp));
  });
  afterAll(async () => {
    network.close();
    await server.stop();
  });
  /** Over REST a script travels as text with each call; the connection over TCP remembers what Redis knows. */
  const script = way === "REST" ? "eval" : "evalsha";
  let ledger: Ledger;
  beforeEach(async () => {
    await server.flush();
    ledger = transports[way](server);
    await ledger.apply([{}]); // now Redis knows the script
  });

  describe("for a change of the ledger", () => {
    const billOf = (...changes: Change[]) => server.billOf(() => ledger.apply(changes));
    const aPut = (key: string, put: object = {}) => ({ key, expect: 0, entry: { rev: 1, text: "text" }, ...put });

    test("is one command of each kind for a hundred changes, and one for each document that expires", async () => {
      const expiresAt = Date.now() + HOUR_MS;
      await ledger.apply([{ puts: [aPut("old:1"), aPut("old:2")] }]);
      const changes = Array.from({ length: 100 }, (_, i) => ({
        puts: [aPut(`doc:${i}`), ...(i < 3 ? [aPut(`brief:${i}`, { expiresAt })] : [])],
        moves: [
          { set: "one", member: `m${i}`, score: i },
          { set: "two", member: `m${i}`, score: null },
        ],
        adds: [{ counter: "count", by: 1 }],
      }));
      const removed = { puts: [1, 2].map((i) => aPut(`old:${i}`, { expect: 1, entry: null })) };
      expect(await billOf(...changes, removed)).toEqual({
        [script]: 1,
        mget: 1,
        mset: 1,
        set: 3,
        del: 1,
        zadd: 1,
        zrem: 1,
      });
    });

    test("is nothing for what is refused, beyond asking", async () => {
      expect(
        await billOf({ puts: [aPut("doc", { expect: 3 })], moves: [{ set: "s", member: "m", score: 1 }] }),
      ).toEqual({ [script]: 1, mget: 1 });
    });

    test("is nothing for a document that came and went", async () => {
      expect(await billOf({ puts: [aPut("doc")] }, { puts: [aPut("doc", { expect: 1, entry: null })] })).toEqual({
        [script]: 1,
        mget: 1,
      });
    });
  });

  describe("for jobs", () => {
    let store: JobStore;
    beforeEach(() => {
      store = createJobStore({ ledger, retention: RETENTION, nonce: () => "nonce" });
    });
    const jobs = (count: number) => Array.from({ length: count }, () => aNewJob());

    /** What a worker does: claim, commit as often as asked, settle, until the queue is empty. */
    async function drain({ slots, commits = 0 }: { slots: number; commits?: number }) {
      let { held } = await store.claim(aClaim({ limit: slots }));
      while (held.length > 0) {
        const saved = await Promise.all(held.map((one) => commitOften(one, commits)));
        const settlements = saved.map((one) => ({ held: one, outcome: completed, reached: aReached(10) }));
        const { candidates } = await store.settle("tests", settlements, NOW, slots);
        ({ held } = await store.claim(aClaim({ limit: slots, candidates })));
      }
    }
    async function commitOften(held: HeldJob, commits: number): Promise<HeldJob> {
      if (commits === 0) return held;
      const answer = await store.commit(held, { reached: aReached(commits), leasedUntil: NOW + LEASE_MS, now: NOW });
      return answer.kind === "lost" ? expect.fail("the job was lost") : commitOften(answer.held, commits - 1);
    }

    test("is at most 20 for one alone, from enqueue to completed", async () => {
      const cost = await server.costOf(async () => {
        await store.enqueue(jobs(1), NOW);
        await drain({ slots: 1 });
      });
      expect(cost).toBeLessThanOrEqual(20);
    });

    test.each([10, 100])("is at most 6 for each of a hundred, taken %i at a time", async (slots) => {
      const cost = await server.costOf(async () => {
        await store.enqueue(jobs(100), NOW);
        await drain({ slots });
      });
      expect(cost / 100).toBeLessThanOrEqual(6);
    });

    test("is at most 4 for a commit", async () => {
      await store.enqueue(jobs(1), NOW);
      const { held } = await store.claim(aClaim());
      const cost = await server.costOf(async () => {
        for (const one of held) await commitOften(one, 1);
      });
      expect(cost).toBeLessThanOrEqual(4);
    });

    test("is 1 for a status read, and 1 for a look at what is due when nothing is", async () => {
      const [job = aNewJob()] = jobs(1);
      await store.enqueue([job], NOW);
      expect(await server.billOf(() => store.get(job.id))).toEqual({ mget: 1 });
      expect(await server.billOf(() => store.tend(NOW, 100))).toEqual({ zrange: 1 });
    });

    test("is a handful for telling of a hundred ends that nobody but their owner hears of", async () => {
      const records = createRecordStore({ ledger, nonce: () => "nonce" });
      const notifications = createNotifications({ records, clock: () => NOW });
      await store.enqueue(jobs(100), NOW);
      await drain({ slots: 100 });
      const { events } = await store.tend(NOW, 100);
      const cost = await server.costOf(async () => {
        const found = await store.getMany(events.map(({ jobId }) => jobId));
        const facts = { kind: "info", title: "a", message: "b", jobId: null, href: null, createdAt: NOW } as const;
        await notifications.add(found.map((kept) => ({ owner: "ada", id: kept?.job.id ?? "", ...facts })));
        await store.acknowledge(events);
      });
      expect([events.length, cost]).toEqual([100, 9]);
      expect(await server.costOf(() => notifications.list("ada", { cursor: null, limit: 0 }))).toBe(1);
    });

    test("is at most 12 for a sweep that fires a schedule", async () => {
      const bench = aScheduleBench(ledger);
      await bench.create();
      expect(await server.costOf(() => bench.sweep())).toBe(1);
      bench.pass(HOUR_MS);
      expect(await server.costOf(() => bench.sweep())).toBeLessThanOrEqual(12);
      expect(await bench.jobs()).toHaveLength(1);
    });

    test("is 13 for what a delivery of a webhook writes and reads beside its job", async () => {
      const clock = () => NOW;
      const records = createRecordStore({ ledger, nonce: () => "nonce" });
      const ids = createIds(clock);
      const resolve = async () => ["93.184.215.14"];
      const keyFor = () => new Uint8Array(32);
      const endpoints = createEndpoints({ records, clock, ids, resolve, allowPrivate: false, keyFor });
      const deliveries = createDeliveries({ records, clock });
      const deliver = createDeliver({
        endpoints,
        deliveries,
        send: async () => ({ kind: "delivered", status: 204 }),
        onDisabled: async () => {},
        clock,
        monotonic: clock,
        random: () => 0.5,
      });
      const wish = { url: "https://hooks.test", description: "", events: ["job.failed" as const], enabled: true };
      const { id } = await endpoints.create("ada", wish);
      const delivery = testDelivery("nonce", await endpoints.get("ada", id), NOW);
      const cost = await server.costOf(async () => {
        expect(await deliveries.unknown([delivery])).toHaveLength(1);
        await deliveries.add([delivery]);
        await deliver(id, delivery.order, new AbortController().signal);
      });
      expect(cost).toBe(13);
    });

    test("is at most 2 for an idle sweep", async () => {
      const records = createRecordStore({ ledger, nonce: () => "nonce" });
      await store.enqueue(jobs(3), NOW);
      const cost = await server.costOf(async () => {
        expect((await store.tend(NOW, 100)).hasMore).toBe(false);
        expect(await records.due(NOW, 100)).toEqual([]);
      });
      expect(cost).toBeLessThanOrEqual(2);
    });

    test("is no more under the rate of a queue, and two more to begin a job with a rate of its own", async () => {
      const rate = { limit: 9, perMs: 60_000 };
      const limits = { rate: { ...rate, key: "k", slotAt: null }, attemptMs: null, jobMs: null };
      const claimOf = (job: Parameters<typeof aNewJob>[0], request: Parameters<typeof aClaim>[0]) =>
        server.costOf(async () => {
          await store.enqueue([aNewJob(job)], NOW);
          expect((await store.claim(aClaim(request))).held).toHaveLength(1);
        });
      const plain = await claimOf({ queue: "plain" }, { queue: "plain" });
      expect(await claimOf({ queue: "rated" }, { queue: "rated", rate })).toBe(plain);
      expect(await claimOf({ queue: "keyed", limits }, { queue: "keyed" })).toBe(plain + 2);
    });

    test.each([0, 1, 7])("is what a job alone that committed %i times says of itself", async (commits) => {
      const job = aNewJob();
      const cost = await server.costOf(async () => {
        await store.enqueue([job], NOW);
        await drain({ slots: 1, commits });
      });
      expect((await store.get(job.id))?.job.commands).toBe(cost);
    });

    test.each([1, 100])(
      "is two more for failing than for completing, shared among %i who fail alike",
      async (count) => {
        const ended = async (outcome: typeof completed | typeof BROKEN) => {
          const all = jobs(count);
          await store.enqueue(all, NOW);
          const { held } = await store.claim(aClaim({ limit: count }));
          const settlements = held.map((one) => ({ held: one, outcome, reached: aReached(10) }));
          const cost = await server.costOf(() => store.settle("tests", settlements, NOW, 0));
          const kept = await Promise.all(all.map(({ id }) => store.get(id)));
          return { cost, said: kept.reduce((sum, found) => sum + (found?.job.commands ?? 0), 0) };
        };
        const [good, bad] = [await ended(completed), await ended(BROKEN)];
        expect(bad.cost - good.cost).toBe(2);
        expect(bad.said - good.said).toBeCloseTo(2, 6);
      },
    );

    test("is what a hundred say of themselves, shared among them", async () => {
      const all = jobs(100);
      const cost = await server.costOf(async () => {
        await store.enqueue(all, NOW);
        await drain({ slots: 100 });
      });
      const kept = await Promise.all(all.map(({ id }) => store.get(id)));
      expect(kept.reduce((sum, found) => sum + (found?.job.commands ?? 0), 0)).toBeCloseTo(cost, 6);
    });
  });
});
