import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Change } from "@/lib/core/ledger";
import { createRedisLedger } from "@/lib/store/redis/redis-ledger";
import { hasRedisServer, onRedis, type RedisServer, startRedis } from "@/tests/support/redis";

const HOUR_MS = 3_600_000;

describe.skipIf(!hasRedisServer)(onRedis("what Upstash would bill"), () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    await server.flush();
    await createRedisLedger({ redis: server.redis }).apply([{}]); // now Redis knows the script
  });

  describe("for a change of the ledger", () => {
    const billOf = (...changes: Change[]) =>
      server.billOf(() => createRedisLedger({ redis: server.redis }).apply(changes));
    const aPut = (key: string, put: object = {}) => ({ key, expect: 0, entry: { rev: 1, text: "text" }, ...put });

    test("is one command of each kind for a hundred changes, and one for each document that expires", async () => {
      const expiresAt = Date.now() + HOUR_MS;
      await createRedisLedger({ redis: server.redis }).apply([{ puts: [aPut("old:1"), aPut("old:2")] }]);
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
        evalsha: 1,
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
      ).toEqual({ evalsha: 1, mget: 1 });
    });

    test("is nothing for a document that came and went", async () => {
      expect(await billOf({ puts: [aPut("doc")] }, { puts: [aPut("doc", { expect: 1, entry: null })] })).toEqual({
        evalsha: 1,
        mget: 1,
      });
    });
  });
});
