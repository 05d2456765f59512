import { createBullmq } from "@/bench/queue/bullmq";
import { createLonghaul } from "@/bench/queue/longhaul";
import type { Size } from "@/bench/queue/rounds";
import { openTemporarySqlite } from "@/bench/queue/temporary-sqlite";
import { startBenchRedis } from "@/bench/redis-server";
import { type Row, row } from "@/bench/row";
import { createRedisLedger } from "@/lib/store/redis/redis-ledger";

const JOBS: Readonly<Record<Size, number>> = { tiny: 200, usual: 20_000, full: 100_000 };
const SHOWN = 100_000;

/** Megabytes that 100,000 jobs take, waiting and completed, told from a smaller number where that is quicker. */
export async function benchFootprint(size: Size): Promise<Row[]> {
  const count = JOBS[size];
  const redis = await startBenchRedis();
  const sqlite = openTemporarySqlite();
  const onRedis = createLonghaul(createRedisLedger({ redis: redis.redis }));
  const onSqlite = createLonghaul(sqlite.ledger);
  const bullmq = createBullmq(redis.port);
  const megabytes = (bytes: number) => (bytes * SHOWN) / count / 1e6;

  async function grownBy(act: () => Promise<unknown>): Promise<number> {
    const before = await redis.usedBytes();
    await act();
    return megabytes((await redis.usedBytes()) - before);
  }
  try {
    await bullmq.queue.waitUntilReady();
    await redis.flush();
    const waiting = await grownBy(() => onRedis.enqueue(onRedis.jobs(count)));
    const completed = waiting + (await grownBy(() => onRedis.drain(count)));
    await redis.flush();
    const peerWaiting = await grownBy(() => bullmq.enqueueAll(count));
    const peerCompleted = peerWaiting + (await grownBy(() => bullmq.drain(count)));

    const empty = sqlite.bytes();
    await onSqlite.enqueue(onSqlite.jobs(count));
    const inFile = megabytes(sqlite.bytes() - empty);
    const less = { unit: "MB", better: "less" } as const;
    return [
      row("100,000 waiting jobs, Redis", { ours: waiting, peer: peerWaiting, ...less, beside: "BullMQ" }),
      row("100,000 completed jobs, Redis", { ours: completed, peer: peerCompleted, ...less, beside: "BullMQ" }),
      row("100,000 waiting jobs, SQLite file", { ours: inFile, ...less }),
    ];
  } finally {
    await bullmq.close();
    sqlite.close();
    await redis.stop();
  }
}
