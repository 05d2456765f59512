import { createClient, type RedisConnection, type Transport } from "@/lib/store/redis/create-client";
import { createResend, type ResendDeps } from "@/lib/store/redis/resend";

interface Options extends ResendDeps {
  readonly url: string;
  readonly token: string;
  readonly timeoutMs?: number | undefined;
}

/** Upstash over REST. There is no connection to keep: each request is its own. */
export function connectUpstash({ url, token, timeoutMs = 5_000, wait }: Options): RedisConnection {
  const redis = createClient({ url, token, timeoutMs });
  redis.use(lockByKey);
  redis.use(createResend({ wait }));
  return { redis, close() {} };
}

/** Upstash locks the whole database for a script that does not begin with this line; Redis refuses it. */
export const KEY_LOCKING = "#!lua flags=allow-key-locking\n";

const lockByKey: Transport = (request, next) => {
  const [command, script, ...rest] = Array.isArray(request.body) ? request.body : [];
  if (command !== "eval") return next(request);
  return next({ ...request, body: [command, KEY_LOCKING + script, ...rest] });
};
