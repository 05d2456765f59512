import type { Ledger } from "@/lib/core/ledger";
import { createMemoryLedger } from "@/lib/store/memory/create-memory-ledger";
import { createRedisLedger } from "@/lib/store/redis/redis-ledger";
import { createSqliteLedger } from "@/lib/store/sqlite/create-sqlite-ledger";
import { openDatabase } from "@/lib/store/sqlite/open-database";
import { startRedis } from "@/tests/support/redis";

type Clock = () => number;

export interface SimulatedStore {
  /** Makes an empty ledger; whatever was opened before may be gone. */
  open(): Promise<(clock: Clock) => Ledger>;
  close(): Promise<void>;
}

const nothing = async () => {};

/** The stores that a simulation plays on. */
export const STORES = {
  model: async (): Promise<SimulatedStore> => ({
    open: async () => (clock) => createMemoryLedger({ clock }),
    close: nothing,
  }),
  sqlite: async (): Promise<SimulatedStore> => ({
    open: async () => (clock) => createSqliteLedger({ database: openDatabase(":memory:"), clock }),
    close: nothing,
  }),
  redis: async (): Promise<SimulatedStore> => {
    const server = await startRedis();
    return {
      async open() {
        await server.flush();
        return () => createRedisLedger({ redis: server.redis });
      },
      close: () => server.stop(),
    };
  },
};
export type StoreName = keyof typeof STORES;
