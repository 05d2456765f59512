import { Redis as TcpRedis } from "ioredis";
import { createClient, type RedisConnection } from "@/lib/store/redis/create-client";
import { createResend, type ResendDeps } from "@/lib/store/redis/resend";
import { createTcpTransport } from "@/lib/store/redis/tcp-transport";

interface Options extends ResendDeps {
  /** `redis://`, `rediss://`, or the path of a socket. */
  readonly url: string;
  readonly timeoutMs?: number | undefined;
}

/** Any Redis from 7 on, through the same client as Upstash with its transport swapped. */
export function connectTcp({ url, timeoutMs = 5_000, wait }: Options): RedisConnection {
  const tcp = new TcpRedis(url, {
    protocol: 2, // RESP 3 nests what REST answers flat
    lazyConnect: true,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 0, // sending again is decided in one place
    retryStrategy: (times) => Math.min(times * 50, 1_000),
  });
  // Each command reports its own failure; without a listener ioredis would print every attempt to connect.
  tcp.on("error", () => {});

  const redis = createClient({ url: "http://redis.invalid", token: "none", timeoutMs });
  redis.use(createTcpTransport(tcp));
  redis.use(createResend({ wait }));
  return { redis, close: () => tcp.disconnect() };
}
