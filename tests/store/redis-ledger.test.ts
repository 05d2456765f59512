import { setTimeout as wait } from "node:timers/promises";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Change } from "@/lib/core/ledger";
import { connectUpstash } from "@/lib/store/redis/connect-upstash";
import { createRedisLedger } from "@/lib/store/redis/redis-ledger";
import { describeLedger } from "@/tests/conformance/ledger";
import { hasRedisServer, onRedis, type RedisServer, startRedis } from "@/tests/support/redis";
import { describeOnRedis } from "@/tests/support/redis-suite";
import { UPSTASH_TOKEN, UPSTASH_URL, upstashRest } from "@/tests/support/upstash-rest";

describeOnRedis((name, setup) => describeLedger(name, async () => ({ ledger: await setup(), now: Date.now() })));

const aDocument = (key: string, text = "text") => ({ key, expect: 0, entry: { rev: 1, text } });

describe.skipIf(!hasRedisServer)(onRedis("the Redis ledger"), () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    await server.flush();
  });

  describe("through Upstash's REST protocol", () => {
    const network = setupServer();
    beforeAll(() => {
      network.listen({ onUnhandledFrame: "error" });
      network.use(upstashRest(server.tcp));
    });
    afterAll(() => network.close());

    const connect = (token = UPSTASH_TOKEN) => connectUpstash({ url: UPSTASH_URL, token, wait });

    test("is held to the keys that a script declares", async () => {
      const undeclared = connect().redis.eval(`return redis.call("SET", "elsewhere", "1")`, ["here"], []);
      await expect(undeclared).rejects.toThrow("Dynamic keys are not allowed");
    });

    test("says that the store is unavailable when the token is wrong", async () => {
      const ledger = createRedisLedger({ redis: connect("wrong").redis });
      await expect(ledger.read(["doc"])).rejects.toThrow("The store is unavailable: WRONGPASS");
    });
  });

  describe("over TCP", () => {
    const aLedger = (options: { prefix?: string; maxRequestBytes?: number } = {}) =>
      createRedisLedger({ redis: server.redis, ...options });

    test.each(["noise", "", "x\ny"])(
      "reads %j, which somebody else wrote, at revision 0, and lets it be replaced",
      async (noise) => {
        const ledger = aLedger();
        await server.tcp.set("longhaul:doc:doc", noise);
        expect(await ledger.read(["doc"])).toEqual([{ rev: 0, text: noise }]);
        expect(
          await ledger.apply([{ puts: [{ ...aDocument("doc"), expect: 1 }] }, { puts: [aDocument("doc")] }]),
        ).toEqual([false, true]);
        expect(await ledger.read(["doc"])).toEqual([{ rev: 1, text: "text" }]);
      },
    );

    test("gives a document that expires its end in Redis, which removes the key", async () => {
      const HOUR_MS = 3_600_000;
      const ledger = aLedger();
      const expiresAt = Date.now() + HOUR_MS;
      await ledger.apply([{ puts: [{ ...aDocument("doc"), expiresAt }, aDocument("other")] }]);
      expect(await server.tcp.pexpiretime("longhaul:doc:doc")).toBe(expiresAt);
      await server.letPass(HOUR_MS + 1_000);
      expect(await ledger.read(["doc", "other"])).toEqual([null, { rev: 1, text: "text" }]);
      expect(await ledger.apply([{ puts: [{ ...aDocument("doc"), expect: 1 }] }])).toEqual([false]);
      expect(await ledger.apply([{ puts: [aDocument("doc")] }])).toEqual([true]);
      expect(await server.tcp.pexpiretime("longhaul:doc:doc")).toBe(-1);
    });

    test("leaves no key behind for what was removed", async () => {
      const ledger = aLedger();
      await ledger.apply([{ puts: [aDocument("doc")], moves: [{ set: "set", member: "a", score: 1 }] }]);
      const gone = {
        puts: [{ key: "doc", expect: 1, entry: null }],
        moves: [{ set: "set", member: "a", score: null }],
      };
      await ledger.apply([gone]);
      expect(await server.tcp.keys("*")).toEqual([]);
    });

    test("keeps documents, sets and counters of one name apart, and the ledgers of two prefixes", async () => {
      const [one, two] = [aLedger({ prefix: "one:" }), aLedger({ prefix: "two:" })];
      const change = (score: number): Change => ({
        puts: [aDocument("name", `${score}`)],
        moves: [{ set: "name", member: "m", score }],
        adds: [{ counter: "name", by: score }],
      });
      await one.apply([change(1)]);
      await two.apply([change(2)]);
      expect(await one.read(["name"])).toEqual([{ rev: 1, text: "1" }]);
      expect(await one.range({ set: "name", limit: 9 })).toEqual([{ member: "m", score: 1 }]);
      expect(await one.counters(["name"])).toEqual([1]);
    });

    test("writes and takes out more than one Lua call can carry", async () => {
      const ledger = aLedger();
      const names = Array.from({ length: 20_000 }, (_, i) => `n${i}`);
      const moves = (score: number | null) => names.map((member) => ({ set: "set", member, score }));
      expect(await ledger.apply([{ puts: names.map((name) => aDocument(name)), moves: moves(1) }])).toEqual([true]);
      expect(await ledger.sizes(["set"])).toEqual([names.length]);
      const removals = names.map((key) => ({ key, expect: 1, entry: null }));
      expect(await ledger.apply([{ puts: removals, moves: moves(null) }])).toEqual([true]);
      expect(await server.tcp.keys("*")).toEqual([]);
    });

    test("cuts what is too large for one request, in order, and answers the range behind the last", async () => {
      const ledger = aLedger({ maxRequestBytes: 4_000 });
      const changes = Array.from({ length: 10 }, (_, i) => ({
        puts: [{ key: "doc", expect: i, entry: { rev: i + 1, text: "x".repeat(1_400) } }],
        moves: [{ set: "set", member: `m${i}`, score: i }],
      }));
      const range = { set: "set", limit: 1, reverse: true };
      const bill = await server.billOf(async () => {
        expect(await ledger.applyAndRange(changes, range)).toEqual({
          applied: changes.map(() => true),
          members: [{ member: "m9", score: 9 }],
        });
      });
      expect((bill.eval ?? 0) + (bill.evalsha ?? 0)).toBe(5);
      expect(bill.zrange).toBe(1);
    });

    test("refuses a number that Redis cannot keep before anything is sent", async () => {
      const ledger = aLedger();
      const move = { set: "set", member: "m", score: Number.NaN };
      await expect(ledger.apply([{ puts: [aDocument("doc")], moves: [move] }])).rejects.toThrow(RangeError);
      expect(await server.tcp.keys("*")).toEqual([]);
    });
  });
});
