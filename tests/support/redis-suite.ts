import { setTimeout as wait } from "node:timers/promises";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, describe } from "vitest";
import type { Ledger } from "@/lib/core/ledger";
import { connectUpstash } from "@/lib/store/redis/connect-upstash";
import { createRedisLedger } from "@/lib/store/redis/redis-ledger";
import { hasRedisServer, onRedis, type RedisServer, startRedis } from "@/tests/support/redis";
import { UPSTASH_TOKEN, UPSTASH_URL, upstashRest } from "@/tests/support/upstash-rest";

/** Runs a suite twice against a private Redis: over TCP, and by the stock client through Upstash's REST protocol. */
export function describeOnRedis(suite: (name: string, setup: () => Promise<Ledger>) => void) {
  describe.skipIf(!hasRedisServer)(onRedis("with a real Redis"), () => {
    let server: RedisServer;
    beforeAll(async () => {
      server = await startRedis();
    });
    afterAll(() => server.stop());

    suite("Redis over TCP", async () => {
      await server.flush();
      return createRedisLedger({ redis: server.redis });
    });

    describe("through Upstash's REST protocol", () => {
      const network = setupServer();
      beforeAll(() => {
        network.listen({ onUnhandledFrame: "error" });
        network.use(upstashRest(server.tcp));
      });
      afterAll(() => network.close());

      suite("Redis over REST", async () => {
        await server.flush();
        return createRedisLedger(connectUpstash({ url: UPSTASH_URL, token: UPSTASH_TOKEN, wait }));
      });
    });
  });
}
