import { attempt } from "@/lib/doctor/check-redis";
import type { Check } from "@/lib/doctor/finding";
import type { RedisTarget } from "@/lib/doctor/targets";
import { connectUpstash } from "@/lib/store/redis/connect-upstash";
import type { RedisConnection } from "@/lib/store/redis/create-client";
import { createRedisLedger } from "@/lib/store/redis/redis-ledger";

interface Deps {
  readonly target: RedisTarget;
  readonly nonce: string;
  readonly timeoutMs: number;
}

/** Runs the app's own script the way the app does, on keys of its own, and removes what it wrote. */
export const checkLedger = ({ target, nonce, timeoutMs }: Deps): Check =>
  attempt("redis: job script", async ({ ok, wrong }) => {
    const connection = await connect(target, timeoutMs);
    try {
      const ledger = createRedisLedger({ redis: connection.redis, prefix: `longhaul:doctor:${nonce}:` });
      const put = (expect: number, entry: { rev: number; text: string } | null) =>
        ledger.apply([{ puts: [{ key: "probe", expect, entry }] }]);
      const written = await put(0, { rev: 1, text: nonce });
      const again = await put(0, { rev: 1, text: nonce });
      const [read] = await ledger.read(["probe"]);
      await put(1, null);
      const isRight = written[0] === true && again[0] === false && read?.text === nonce;
      if (isRight) return [ok("the app's own script runs and guards its writes.")];
      return [wrong("the app's own script answers wrongly here.", "Take a Redis from version 7 on, not a lookalike.")];
    } finally {
      connection.close();
    }
  });

/** Sent once: what fails here is said, not repaired. */
async function connect(target: RedisTarget, timeoutMs: number): Promise<RedisConnection> {
  const wait = async () => {};
  if (target.kind === "rest") return connectUpstash({ url: target.url, token: target.token, timeoutMs, wait });
  const { connectTcp } = await import("@/lib/store/redis/connect-tcp"); // ioredis slows every string: only where it is used
  return connectTcp({ url: target.url, timeoutMs, wait });
}
