import { mkdirSync } from "node:fs";
import path from "node:path";
import { Client } from "@upstash/qstash";
import { createChance } from "@/rehearsal/chance";
import { hostedEnv } from "@/rehearsal/hosted-env";
import { type Instances, startInstances } from "@/rehearsal/instances";
import type { Plan } from "@/rehearsal/plan";
import { type Qstash, startQstash } from "@/rehearsal/qstash";
import { type Router, startRouter } from "@/rehearsal/router";
import { startUpstashRest, type UpstashRest } from "@/rehearsal/upstash-rest";

/** The cloud in small: all that the hosted app talks to, the app's instances, and the way to them. */
export interface Stage {
  readonly redis: UpstashRest;
  readonly qstash: Qstash;
  readonly router: Router;
  readonly instances: Instances;
  readonly stop: () => Promise<void>;
}

interface Options {
  readonly plan: Plan;
  readonly seed: number;
  readonly folder: string;
  readonly clock: () => number;
  readonly onOutput: (text: string) => void;
}

/** Puts everything up, and has the sweep called as a schedule of QStash calls it. */
export async function startStage({ plan, seed, folder, clock, onOutput }: Options): Promise<Stage> {
  const begun = clock();
  const isOut = () => (clock() - begun) % plan.outage.everyMs > plan.outage.everyMs - plan.outage.forMs;
  const redis = await startUpstashRest({
    chance: createChance(seed, "redis"),
    faultShare: () => (isOut() ? 1 : plan.redisFaultShare),
  });
  const qstash = await startQstash({ chance: createChance(seed, "qstash"), clock, shares: plan.shares });
  let instances: Instances | undefined;
  const router = await startRouter(() => {
    if (!instances) throw new Error("The router was called before there was anybody to send a request to.");
    return instances.take();
  });

  const shared = path.join(folder, "files");
  mkdirSync(shared);
  const pool = startInstances({
    count: plan.instances,
    env: () => hostedEnv({ appUrl: router.url, redis, qstash }, { dataDir: shared, limitMs: plan.limitMs }),
    clock,
    limitMs: plan.limitMs,
    chance: createChance(seed, "instances"),
    crashShare: plan.crashShare,
    onOutput,
  });
  instances = pool;

  const client = new Client({ baseUrl: qstash.url, token: qstash.token, devMode: false, enableTelemetry: false });
  await client.schedules.create({ destination: `${router.url}/api/cron`, cron: "* * * * *", scheduleId: "sweep" });
  const cron = setInterval(qstash.tick, plan.minuteMs);

  return {
    redis,
    qstash,
    router,
    instances: pool,
    async stop() {
      clearInterval(cron);
      await qstash.stop();
      await pool.stop();
      await router.stop();
      await redis.stop();
    },
  };
}
