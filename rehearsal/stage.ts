import path from "node:path";
import { Client } from "@upstash/qstash";
import { type Blob, startBlob } from "@/rehearsal/blob";
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
  readonly blob: Blob;
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
  const blob = await startBlob({ chance: createChance(seed, "blob"), faultShare: plan.blobFaultShare });
  const qstash = await startQstash({ chance: createChance(seed, "qstash"), clock, shares: plan.shares });
  let instances: Instances | undefined;
  const router = await startRouter(() => {
    if (!instances) throw new Error("The router was called before there was anybody to send a request to.");
    return instances.take();
  });

  let made = 0;
  const pool = startInstances({
    count: plan.instances,
    env: () => {
      made += 1; // a folder of its own for each: nothing that a process keeps on disk outlives it
      const dataDir = path.join(folder, `instance-${made}`);
      return hostedEnv({ appUrl: router.url, redis, qstash, blob }, { dataDir, limitMs: plan.limitMs });
    },
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

  let stopped: Promise<void> | undefined;
  async function stop(): Promise<void> {
    clearInterval(cron);
    await qstash.stop();
    await pool.stop();
    await router.stop();
    await blob.stop();
    await redis.stop();
  }

  return {
    redis,
    qstash,
    blob,
    router,
    instances: pool,
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}
