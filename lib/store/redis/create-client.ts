import { Redis } from "@upstash/redis";

/** The little that the ledger needs of a Redis client. */
export type RedisClient = Pick<Redis, "eval" | "mget" | "zrange" | "pipeline">;

/** How a connection is made: `use` wraps the transport, the last one outermost. */
export type Transport = Parameters<Redis["use"]>[0];

/** A client with its way to a server. */
export interface RedisConnection {
  readonly redis: RedisClient;
  close(): void;
}

interface Options {
  readonly url: string;
  readonly token: string;
  /** For each request, with its answer. */
  readonly timeoutMs: number;
}

/**
 * The vendor's client without what it does unasked: a text that looks like JSON stays a text,
 * commands of one tick keep their order, nothing is reported, and a request is sent once
 * (`createResend` decides when to send it again).
 */
export function createClient({ url, token, timeoutMs }: Options): Redis {
  return new Redis({
    url,
    token,
    automaticDeserialization: false,
    enableAutoPipelining: false,
    enableTelemetry: false,
    retry: { retries: 0 },
    // A function: given a signal itself, the client would answer an abort as a success.
    signal: () => AbortSignal.timeout(timeoutMs),
  });
}
