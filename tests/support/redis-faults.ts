import { createClient } from "@/lib/store/redis/create-client";
import { createRedisLedger } from "@/lib/store/redis/redis-ledger";
import { createResend } from "@/lib/store/redis/resend";
import { createTcpTransport } from "@/lib/store/redis/tcp-transport";
import type { RedisServer } from "@/tests/support/redis";

/** A ledger on a real Redis, whose next writes are carried out while their answers get lost on the way back. */
export function aFaultyLedger({ tcp }: Pick<RedisServer, "tcp">) {
  let toLose = 0;
  let requests = 0;
  const redis = createClient({ url: "http://redis.invalid", token: "none", timeoutMs: 5_000 });
  redis.use(createTcpTransport(tcp));
  redis.use(async (request, next) => {
    requests += 1;
    const answer = await next(request);
    const isWrite = Array.isArray(request.body) && request.body[0] === "eval";
    if (toLose === 0 || !isWrite) return answer as never; // the client types an answer by what its caller expects
    toLose -= 1;
    throw new Error("the answer was lost");
  });
  redis.use(createResend({ wait: async () => {} }));
  return {
    ledger: createRedisLedger({ redis }),
    lose: (answers: number) => {
      toLose = answers;
    },
    requests: () => requests,
  };
}
