import { setTimeout as pause } from "node:timers/promises";
import { createBullmq } from "@/bench/queue/bullmq";
import { createLonghaul } from "@/bench/queue/longhaul";
import type { Size } from "@/bench/queue/rounds";
import { startBenchRedis } from "@/bench/redis-server";
import { type Row, row } from "@/bench/row";
import { systemClock } from "@/lib/clock";
import { createRecordStore } from "@/lib/store/records/create-record-store";
import { createRedisLedger } from "@/lib/store/redis/redis-ledger";

const JOBS: Readonly<Record<Size, number>> = { tiny: 100, usual: 1_000, full: 10_000 };
const COMMITS = 10;
/** How long a worker of BullMQ is watched while it has nothing to do. */
const IDLE_MS: Readonly<Record<Size, number>> = { tiny: 200, usual: 60_000, full: 240_000 };
const HOUR_MS = 3_600_000;
const SWEEPS_AN_HOUR = 60;

/** Redis commands as Upstash bills them, those that scripts call included. */
export async function benchBilled(size: Size): Promise<Row[]> {
  const count = JOBS[size];
  const redis = await startBenchRedis();
  const ledger = createRedisLedger({ redis: redis.redis });
  const ours = createLonghaul(ledger);
  const records = createRecordStore({ ledger, nonce: () => "nonce" });
  const bullmq = createBullmq(redis.port);
  const unit = "commands";
  const beside = "BullMQ";
  try {
    await ledger.apply([{}]); // now Redis knows the script
    await bullmq.queue.waitUntilReady();
    const perJob = await redis.commandsOf(async () => {
      await ours.enqueue(ours.jobs(count));
      await ours.drain(count);
    });
    const alone = await redis.commandsOf(async () => {
      await ours.enqueue(ours.jobs(1));
      await ours.drain(1);
    });
    const peerPerJob = await redis.commandsOf(async () => {
      await bullmq.enqueueAll(count);
      await bullmq.drain(count);
    });

    await ours.enqueue(ours.jobs(1));
    let [held] = await ours.claim(1);
    const commit = await redis.commandsOf(async () => {
      for (let n = 1; held && n <= COMMITS; n += 1) held = await ours.commit(held, n);
    });
    const job = await bullmq.enqueue(0);
    const progress = await redis.commandsOf(async () => {
      for (let n = 1; n <= COMMITS; n += 1) await job.updateProgress(n);
    });
    await bullmq.drain(1);

    await redis.flush();
    await ours.enqueue(ours.jobs(3)); // nothing of this is due yet
    const sweep = await redis.commandsOf(async () => {
      await ours.store.tend(systemClock(), 100);
      await records.due(systemClock(), 100);
    });
    const worker = await bullmq.work(async () => null);
    void worker.run();
    await pause(100); // what it asks once, when it starts, is no part of being idle
    const idle = await redis.commandsOf(() => pause(IDLE_MS[size]));
    await worker.close();

    const less = { unit, better: "less", beside } as const;
    return [
      row("billed for one of many jobs", { ours: perJob / count, peer: peerPerJob / count, ...less }),
      row("billed for a job alone", { ours: alone, peer: peerPerJob / count, ...less }),
      row("billed for a commit", {
        ours: commit / COMMITS,
        peer: progress / COMMITS,
        ...less,
        beside: "updateProgress",
      }),
      row("billed for an idle sweep", { ours: sweep, peer: 2, ...less, beside: "what we promise" }),
      row("billed for an idle hour", {
        ours: sweep * SWEEPS_AN_HOUR,
        peer: (idle * HOUR_MS) / IDLE_MS[size],
        ...less,
        beside: "an idle worker of BullMQ",
      }),
    ];
  } finally {
    await bullmq.close();
    await redis.stop();
  }
}
