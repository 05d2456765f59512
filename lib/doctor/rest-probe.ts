import { z } from "zod";
import type { RedisProbe } from "@/lib/doctor/redis-probe";
import { KEY_LOCKING } from "@/lib/store/redis/connect-upstash";

interface Deps {
  readonly url: string;
  readonly token: string;
  readonly timeoutMs: number;
  readonly fetch: typeof fetch;
}

const Answer = z.union([z.object({ result: z.unknown() }), z.object({ error: z.string() })]);

/** Upstash's REST protocol, spoken without the client: its errors as they come. */
export function createRestProbe({ url, token, timeoutMs, ...deps }: Deps): RedisProbe {
  return {
    async call(command, ...args) {
      const response = await deps.fetch(url, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify([command, ...(command === "EVAL" ? args.with(0, KEY_LOCKING + args[0]) : args)]),
        redirect: "manual",
        signal: AbortSignal.timeout(timeoutMs),
      });
      const answer = Answer.safeParse(parse(await response.text())).data;
      if (answer === undefined) throw new Error(`HTTP ${response.status}, which no Upstash REST address answers`);
      if ("error" in answer) throw new Error(answer.error);
      return answer.result;
    },
    close() {},
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a page: somebody else's address
  }
}
