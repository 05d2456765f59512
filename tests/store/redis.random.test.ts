import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createMemoryLedger } from "@/lib/store/memory/create-memory-ledger";
import { createRedisLedger } from "@/lib/store/redis/redis-ledger";
import { describeSameAnswers } from "@/tests/conformance/same-answers";
import { changes, range } from "@/tests/support/any-change";
import { NOW } from "@/tests/support/builders";
import { hasRedisServer, onRedis, type RedisServer, startRedis } from "@/tests/support/redis";

describe.skipIf(!hasRedisServer)(onRedis("whatever is asked of it"), () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());
  const aLedger = async (maxRequestBytes?: number) => {
    await server.flush();
    return createRedisLedger({ redis: server.redis, maxRequestBytes });
  };

  describeSameAnswers("Redis", () => aLedger());

  test("Redis answers alike when every few changes need a request of their own", { timeout: 60_000 }, async () => {
    const steps = fc.array(fc.record({ changes, range }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const [ledger, model] = [await aLedger(200), createMemoryLedger({ clock: () => NOW })];
        for (const { changes, range } of sequence) {
          const expected = await model.applyAndRange(changes, range);
          expect(await ledger.applyAndRange(changes, range)).toEqual(expected);
          expect(await ledger.apply(changes)).toEqual(await model.apply(changes));
        }
      }),
      { numRuns: 50 },
    );
  });
});
