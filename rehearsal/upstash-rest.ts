import { setTimeout as pause } from "node:timers/promises";
import type { Chance } from "@/rehearsal/chance";
import type { Service } from "@/rehearsal/listen";
import { serve } from "@/rehearsal/serve";
import { count, type Tally } from "@/rehearsal/tally";
import { startRedis } from "@/tests/support/redis";
import { answerUpstash, UPSTASH_TOKEN } from "@/tests/support/upstash-rest";

/** What goes wrong between the app and its Redis. */
export const REDIS_FAULTS = [
  "timed out after executing",
  "answer lost after executing",
  "500 after executing",
  "503 before executing",
  "429 before executing",
  "slow",
] as const;
export type RedisFault = (typeof REDIS_FAULTS)[number];

export interface UpstashRest extends Service {
  readonly token: string;
  readonly requests: () => number;
  readonly injected: Tally<RedisFault>;
}

interface Options {
  readonly chance: Chance;
  /** How many of the requests go wrong, from 0 to 1. */
  readonly faultShare: () => number;
  /** Longer than the app waits for an answer. */
  readonly silenceMs?: number;
  readonly slowMs?: readonly [least: number, most: number];
}

const SILENCE_MS = 7_000;
const SLOW_MS = [100, 1_500] as const;

/** Upstash's REST protocol on a port of its own, over a private Redis, with faults. */
export async function startUpstashRest({ chance, faultShare, ...options }: Options): Promise<UpstashRest> {
  const { silenceMs = SILENCE_MS, slowMs = SLOW_MS } = options;
  const redis = await startRedis();
  const execute = answerUpstash(redis.tcp);
  const injected: Tally<RedisFault> = new Map();
  let requests = 0;

  async function failing(fault: RedisFault, request: Request): Promise<Response | null> {
    switch (fault) {
      case "timed out after executing":
        await execute(request);
        await pause(silenceMs, undefined, { ref: false });
        return null;
      case "answer lost after executing":
        await execute(request);
        return null;
      case "500 after executing":
        await execute(request);
        return Response.json({ error: "Internal Server Error" }, { status: 500 });
      case "503 before executing":
        return new Response("upstream connect error", { status: 503 });
      case "429 before executing":
        return Response.json({ error: "ERR max requests limit exceeded" }, { status: 429 });
      case "slow":
        await pause(chance.between(...slowMs));
        return execute(request);
    }
  }

  const service = await serve((request) => {
    requests += 1;
    if (!chance.happens(faultShare())) return execute(request);
    const fault = chance.pick(REDIS_FAULTS);
    count(injected, fault);
    return failing(fault, request);
  });

  return {
    url: service.url,
    token: UPSTASH_TOKEN,
    requests: () => requests,
    injected,
    async stop() {
      await service.stop();
      await redis.stop();
    },
  };
}
