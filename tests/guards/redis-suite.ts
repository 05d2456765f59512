import type { RedisClient } from "@/lib/store/redis/create-client";
import { createRedisLedger } from "@/lib/store/redis/redis-ledger";
import { describeJobStore } from "@/tests/conformance/job-store";
import { describeLedger } from "@/tests/conformance/ledger";

/** The suites of a ledger in this Redis, which `flush` empties. */
export function describeRedis({ redis, flush }: { readonly redis: RedisClient; flush(): Promise<unknown> }): void {
  async function setUp() {
    await flush();
    return createRedisLedger({ redis });
  }
  describeLedger("the Redis ledger", async () => ({ ledger: await setUp(), now: Date.now() }));
  describeJobStore("the Redis ledger", setUp);
}
