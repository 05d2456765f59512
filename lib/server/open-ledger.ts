import path from "node:path";
import type { Ledger } from "@/lib/core/ledger";
import type { Env } from "@/lib/env";
import { wait } from "@/lib/server/timers";
import { connectUpstash } from "@/lib/store/redis/connect-upstash";
import type { RedisConnection } from "@/lib/store/redis/create-client";
import { createRedisLedger } from "@/lib/store/redis/redis-ledger";
import { createSqliteLedger } from "@/lib/store/sqlite/create-sqlite-ledger";
import { openDatabase } from "@/lib/store/sqlite/open-database";

/** Opens the ledger that the configuration names. */
export async function openLedger(
  { store, dataDir }: Pick<Env, "store" | "dataDir">,
  clock: () => number,
): Promise<Ledger> {
  switch (store.kind) {
    case "upstash":
      return overRedis(connectUpstash({ url: store.url, token: store.token, wait }));
    case "redis": {
      // Loaded only where it is used: ioredis extends String, after which V8 looks every method of a string up anew.
      const { connectTcp } = await import("@/lib/store/redis/connect-tcp");
      return overRedis(connectTcp({ url: store.url, wait }));
    }
    case "sqlite":
      return createSqliteLedger({ database: openDatabase(path.join(dataDir, "longhaul.sqlite")), clock });
  }
}

const overRedis = ({ redis }: RedisConnection) => createRedisLedger({ redis });
