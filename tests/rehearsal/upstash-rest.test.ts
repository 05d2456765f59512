import { Redis } from "@upstash/redis";
import { describe, expect, onTestFinished, test } from "vitest";
import { createChance } from "@/rehearsal/chance";
import { startUpstashRest } from "@/rehearsal/upstash-rest";
import { hasRedisServer, onRedis } from "@/tests/support/redis";

async function start(faultShare: number, seed = 1) {
  const rest = await startUpstashRest({
    chance: createChance(seed, "redis"),
    faultShare: () => faultShare,
    silenceMs: 20,
    slowMs: [1, 5],
  });
  onTestFinished(rest.stop);
  const redis = new Redis({ url: rest.url, token: rest.token, enableTelemetry: false, retry: { retries: 0 } });
  return { rest, redis };
}

describe.skipIf(!hasRedisServer)(onRedis("the rehearsed Upstash Redis"), () => {
  test("answers the stock client", async () => {
    const { rest, redis } = await start(0);
    await redis.set("word", "long haul");
    expect(await redis.get("word")).toBe("long haul");
    expect(await redis.pipeline().incr("n").incr("n").exec()).toEqual([1, 2]);
    expect(rest.injected).toEqual(new Map());
  });

  test("executes before it loses an answer, and refuses before it executes", async () => {
    const { rest, redis } = await start(1);
    let failed = 0;
    for (let n = 0; n < 40; n += 1) await redis.incr("n").catch(() => (failed += 1));
    const { injected } = rest;
    const refused = (injected.get("503 before executing") ?? 0) + (injected.get("429 before executing") ?? 0);
    expect(failed).toBe(40 - (injected.get("slow") ?? 0));
    expect(await readUnharmed(redis, "n")).toBe(40 - refused);
  });

  test("refuses a stranger", async () => {
    const { rest } = await start(0);
    const stranger = new Redis({ url: rest.url, token: "wrong", enableTelemetry: false, retry: { retries: 0 } });
    await expect(stranger.get("word")).rejects.toThrow("WRONGPASS");
  });
});

/** Asks until an answer gets through: the number does not change any more. */
async function readUnharmed(redis: Redis, key: string): Promise<unknown> {
  for (;;) {
    try {
      return await redis.get(key);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
    }
  }
}
