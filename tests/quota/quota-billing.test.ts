import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createApiTokens } from "@/lib/auth/api-tokens";
import { createIds } from "@/lib/id";
import { createQuotas } from "@/lib/server/quotas";
import { createJobStore } from "@/lib/store/jobs/create-job-store";
import { createRecordStore } from "@/lib/store/records/create-record-store";
import { createRedisLedger } from "@/lib/store/redis/redis-ledger";
import { aNewJob, NOW, RETENTION } from "@/tests/support/builders";
import { hasRedisServer, onRedis, type RedisServer, startRedis } from "@/tests/support/redis";

describe.skipIf(!hasRedisServer)(onRedis("what limits cost on Upstash"), () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    await server.flush();
    await createRedisLedger({ redis: server.redis }).apply([{}]); // now Redis knows the script
  });

  function anInstance() {
    const clock = () => NOW;
    const ids = createIds(clock);
    const ledger = createRedisLedger({ redis: server.redis });
    const records = createRecordStore({ ledger, nonce: () => ids("rec") });
    const quotas = { activeJobs: 100, storedBytes: 1_000, mutationsPerMinute: 120, schedules: 50 };
    return {
      ...createQuotas({ quotas, ledger, records, clock }),
      apiTokens: createApiTokens({ secret: "s3cret", records, clock, ids }),
      store: createJobStore({ ledger, retention: RETENTION, nonce: () => ids("kick") }),
    };
  }
  const repeat = async (count: number, act: () => Promise<unknown>) => {
    for (let left = count; left > 0; left -= 1) await act();
  };

  test("is nothing for reads, and nothing for the first five mutations of a minute", async () => {
    const { limits } = anInstance();
    const cost = await server.costOf(async () => {
      await repeat(1_200, () => limits.admit("own_ada", "read"));
      await repeat(5, () => limits.admit("own_ada", "mutation"));
    });
    expect(cost).toBe(0);
  });

  test("is 3 for every ten mutations more, and nothing for those refused", async () => {
    const { limits } = anInstance();
    const cost = await server.costOf(() => repeat(120, () => limits.admit("own_ada", "mutation")));
    expect(cost).toBe(3 * 12);
    const refused = () => limits.admit("own_ada", "mutation").catch(() => null);
    expect(await server.costOf(() => repeat(100, refused))).toBe(0);
  });

  test("is nothing for a limit on unfinished jobs", async () => {
    const { store } = anInstance();
    const unlimited = await server.costOf(() => store.enqueue([aNewJob()], NOW));
    await store.claim({ queue: "tests", limit: 1, concurrency: null, token: "w1", now: NOW, leasedUntil: NOW + 1_000 });
    expect(await server.costOf(() => store.enqueue([aNewJob({ maxActive: 100 })], NOW))).toBe(unlimited);
  });

  test("is 1 a minute for an API token whose use was noted within the hour", async () => {
    const { apiTokens } = anInstance();
    const { token } = await apiTokens.create("own_ada", "ci");
    await apiTokens.ownerOf(token);
    const elsewhere = anInstance().apiTokens;
    expect(await server.costOf(() => repeat(50, () => elsewhere.ownerOf(token)))).toBe(1);
  });

  test("is 2 to begin an upload with nothing kept", async () => {
    const { admitBytes } = anInstance();
    expect(await server.costOf(() => admitBytes("own_ada", 10))).toBe(2);
  });
});
