import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Redis as TcpRedis } from "ioredis";
import { connectTcp } from "@/lib/store/redis/connect-tcp";

export const hasRedisServer = spawnSync("redis-server", ["--version"]).status === 0;

/** The title of a suite that needs a server, so that a run without one says what it left out. */
export const onRedis = (what: string) =>
  hasRedisServer ? what : `${what} (did not run: there is no redis-server on this machine)`;

export type RedisServer = Awaited<ReturnType<typeof startRedis>>;

/** A private Redis that keeps nothing, and the connection of production to it. */
export async function startRedis() {
  const folder = mkdtempSync(path.join(tmpdir(), "longhaul-redis-"));
  const socket = path.join(folder, "socket");
  const settings = ["--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder];
  const server = spawn("redis-server", settings, { stdio: "ignore" });
  const tcp = new TcpRedis(socket, { protocol: 2, maxRetriesPerRequest: null, retryStrategy: () => 20 });
  tcp.on("error", () => {}); // until the socket is there
  await tcp.ping();
  const { redis, close } = connectTcp({ url: socket, wait });

  /** What Upstash would bill: the commands sent and those that scripts call, by name. */
  async function billOf(act: () => Promise<unknown>): Promise<Record<string, number>> {
    await tcp.config("RESETSTAT");
    await act();
    const stats = (await tcp.info("commandstats")).matchAll(/^cmdstat_(?!config|info)([^:]+):calls=(\d+)/gm);
    return Object.fromEntries(Array.from(stats, ([, name, calls]) => [name, Number(calls)]));
  }

  return {
    redis,
    /** For what the ledger has no word for. */
    tcp,
    socket,
    billOf,
    costOf: async (act: () => Promise<unknown>) => Object.values(await billOf(act)).reduce((a, b) => a + b, 0),
    flush: () => tcp.flushall(),

    /** Lets time pass for everything that expires: Redis goes by its own clock, which nobody can move. */
    async letPass(ms: number) {
      for (const key of await tcp.keys("*")) {
        const expiresAt = await tcp.pexpiretime(key);
        if (expiresAt > 0) await tcp.pexpireat(key, expiresAt - ms);
      }
    },

    async stop() {
      close();
      tcp.disconnect();
      const gone = new Promise((resolve) => server.once("exit", resolve));
      server.kill();
      await gone;
      rmSync(folder, { recursive: true });
    },
  };
}
