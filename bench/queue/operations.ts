import { createBullmq } from "@/bench/queue/bullmq";
import { createLonghaul } from "@/bench/queue/longhaul";
import { interleaved, perSecond, ROUNDS, type Size, timeOf } from "@/bench/queue/rounds";
import { openTemporarySqlite } from "@/bench/queue/temporary-sqlite";
import { startBenchRedis } from "@/bench/redis-server";
import { type Row, row } from "@/bench/row";
import { systemClock } from "@/lib/clock";
import type { HeldJob } from "@/lib/core/job-store";
import { createRedisLedger } from "@/lib/store/redis/redis-ledger";

const TIMES: Readonly<Record<Size, number>> = { tiny: 5, usual: 2_000, full: 10_000 };
const SWEEPS: Readonly<Record<Size, number>> = { tiny: 2, usual: 200, full: 1_000 };

/** Single operations one after the other: a commit, a status read, a sweep that finds nothing due. */
export async function benchOperations(size: Size): Promise<Row[]> {
  const [times, sweeps] = [TIMES[size], SWEEPS[size]];
  const redis = await startBenchRedis();
  const sqlite = openTemporarySqlite();
  const onRedis = createLonghaul(createRedisLedger({ redis: redis.redis }));
  const onSqlite = createLonghaul(sqlite.ledger);
  const bullmq = createBullmq(redis.port);

  async function aHeldJob(longhaul: typeof onRedis): Promise<HeldJob> {
    await longhaul.enqueue(longhaul.jobs(1));
    const [held] = await longhaul.claim(1);
    if (!held) throw new Error("There was no job to claim.");
    return held;
  }
  /** A commit shows what the one before has answered. */
  function committing(longhaul: typeof onRedis, first: HeldJob) {
    let held = first;
    return async (n: number) => {
      held = await longhaul.commit(held, n);
    };
  }
  const repeat = async (count: number, act: (n: number) => Promise<unknown>) =>
    timeOf(async () => {
      for (let n = 0; n < count; n += 1) await act(n);
    });

  try {
    const [redisJob, sqliteJob] = [await aHeldJob(onRedis), await aHeldJob(onSqlite)];
    const [commitOnRedis, commitInSqlite] = [committing(onRedis, redisJob), committing(onSqlite, sqliteJob)];
    const bullmqJob = await bullmq.enqueue(0);
    const bullmqId = bullmqJob.id ?? "";
    const ms = await interleaved(ROUNDS[size], {
      commit: () => repeat(times, commitOnRedis),
      progress: () => repeat(times, (n) => bullmqJob.updateProgress(n)),
      read: () => repeat(times, () => onRedis.store.get(redisJob.job.id)),
      bullmqRead: () => repeat(times, () => bullmq.queue.getJob(bullmqId)),
      sqliteCommit: () => repeat(times, commitInSqlite),
      sqliteRead: () => repeat(times, () => onSqlite.store.get(sqliteJob.job.id)),
      sweep: () => repeat(sweeps, () => onRedis.store.tend(systemClock(), 100)),
      sqliteSweep: () => repeat(sweeps, () => onSqlite.store.tend(systemClock(), 100)),
    });
    const each = (took: number) => perSecond(times, took);
    return [
      row("commit, Redis", { ours: each(ms.commit), peer: each(ms.progress), unit: "/s", beside: "updateProgress" }),
      row("commit, SQLite", { ours: each(ms.sqliteCommit), unit: "/s" }),
      row("status read, Redis", { ours: each(ms.read), peer: each(ms.bullmqRead), unit: "/s", beside: "getJob" }),
      row("status read, SQLite", { ours: each(ms.sqliteRead), unit: "/s" }),
      row("idle sweep, Redis", { ours: ms.sweep / sweeps, unit: "ms", better: "less" }),
      row("idle sweep, SQLite", { ours: ms.sqliteSweep / sweeps, unit: "ms", better: "less" }),
    ];
  } finally {
    await bullmq.close();
    sqlite.close();
    await redis.stop();
  }
}
