import type { RedisProbe } from "@/lib/doctor/redis-probe";
import { createRestProbe } from "@/lib/doctor/rest-probe";
import type { RedisTarget } from "@/lib/doctor/targets";

interface Deps {
  readonly target: RedisTarget;
  readonly timeoutMs: number;
  readonly fetch: typeof fetch;
}

/** A way to the Redis that the variables name, opened by the first command. */
export function openProbe({ target, timeoutMs, fetch: send }: Deps): RedisProbe {
  if (target.kind === "rest") return createRestProbe({ url: target.url, token: target.token, timeoutMs, fetch: send });
  let opened: Promise<RedisProbe> | undefined;
  return {
    async call(...command) {
      // ioredis slows every string in the process: it is loaded only where REDIS_URL asks for it.
      opened ??= import("@/lib/doctor/tcp-probe").then(({ createTcpProbe }) =>
        createTcpProbe({ url: target.url, timeoutMs }),
      );
      return (await opened).call(...command);
    },
    close: () => void opened?.then((probe) => probe.close()),
  };
}
