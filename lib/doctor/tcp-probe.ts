import { Redis } from "ioredis";
import type { RedisProbe } from "@/lib/doctor/redis-probe";

interface Options {
  readonly url: string;
  readonly timeoutMs: number;
}

/** Any Redis over TCP. With `rediss://` the certificate is verified, as in the app. */
export function createTcpProbe({ url, timeoutMs }: Options): RedisProbe {
  const tcp = new Redis(url, {
    protocol: 2,
    lazyConnect: true,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false, // it asks INFO, which some providers refuse
    disableClientInfo: true,
    retryStrategy: () => null,
  });
  // A failed command says only that the connection is closed; the reason comes here.
  let reason: Error | undefined;
  tcp.on("error", (error) => {
    reason = error;
  });
  return {
    async call(command, ...args) {
      try {
        return await tcp.call(command, [...args]);
      } catch (error) {
        throw error instanceof Error && /closed|MaxRetries|max retries/i.test(error.message)
          ? (reason ?? error)
          : error;
      }
    },
    close: () => tcp.disconnect(),
  };
}
