import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Redis as TcpRedis } from "ioredis";
import { connectTcp } from "@/lib/store/redis/connect-tcp";

export const hasRedisServer = spawnSync("redis-server", ["--version"]).status === 0;

export type BenchRedis = Awaited<ReturnType<typeof startBenchRedis>>;

/** A private Redis on a port of its own that keeps nothing on the disk: both peers share it. */
export async function startBenchRedis() {
  const folder = mkdtempSync(path.join(tmpdir(), "longhaul-bench-redis-"));
  const port = await freePort();
  const settings = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder];
  const server = spawn("redis-server", settings, { stdio: "ignore" });
  const gone = new Promise((resolve) => server.once("exit", resolve));
  const tcp = new TcpRedis(port, "127.0.0.1", { protocol: 2, maxRetriesPerRequest: null, retryStrategy: () => 20 });
  tcp.on("error", () => {}); // until it listens
  await tcp.ping();
  const { redis, close } = connectTcp({ url: `redis://127.0.0.1:${port}`, wait });

  return {
    port,
    /** The connection that production has. */
    redis,
    /** For what the ledger has no word for. */
    tcp,
    flush: () => tcp.flushall(),

    /** Every command that was sent and every one that a script called, which is what Upstash bills. */
    async commandsOf(act: () => Promise<unknown>): Promise<number> {
      await tcp.config("RESETSTAT");
      await act();
      const stats = (await tcp.info("commandstats")).matchAll(/^cmdstat_(?!config|info)([^:]+):calls=(\d+)/gm);
      return Array.from(stats, ([, , calls]) => Number(calls)).reduce((sum, calls) => sum + calls, 0);
    },

    async usedBytes(): Promise<number> {
      return Number(/^used_memory:(\d+)/m.exec(await tcp.info("memory"))?.[1]);
    },

    async stop() {
      close();
      tcp.disconnect();
      server.kill();
      await gone;
      rmSync(folder, { recursive: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
