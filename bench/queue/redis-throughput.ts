import { createBullmq } from "@/bench/queue/bullmq";
import { createLonghaul } from "@/bench/queue/longhaul";
import { interleaved, manyAtOnce, perSecond, ROUNDS, type Size, timeOf } from "@/bench/queue/rounds";
import { startBenchRedis } from "@/bench/redis-server";
import { type Row, row } from "@/bench/row";
import { createRedisLedger } from "@/lib/store/redis/redis-ledger";

const JOBS: Readonly<Record<Size, number>> = { tiny: 20, usual: 10_000, full: 50_000 };
const SLOTS = 100;

/** Jobs a second over one Redis, ours and BullMQ's in turn: added in one call, added one by one, and run. */
export async function benchRedisThroughput(size: Size): Promise<Row[]> {
  const count = JOBS[size];
  const redis = await startBenchRedis();
  const ours = createLonghaul(createRedisLedger({ redis: redis.redis }), { slots: SLOTS });
  const bullmq = createBullmq(redis.port);
  const text = JSON.stringify(ours.aJob(0));
  try {
    const ms = await interleaved(ROUNDS[size], {
      async plainSet() {
        await redis.flush();
        const pipeline = redis.tcp.pipeline();
        for (let n = 0; n < count; n += 1) pipeline.set(`plain:${n}`, text);
        return timeOf(() => pipeline.exec());
      },
      async bulk() {
        await redis.flush();
        const jobs = ours.jobs(count);
        return timeOf(() => ours.enqueue(jobs));
      },
      run: () => timeOf(() => ours.drain(count)),
      async bullmqBulk() {
        await redis.flush();
        return timeOf(() => bullmq.enqueueAll(count));
      },
      bullmqRun: () => bullmq.drain(count, SLOTS),
      async single() {
        await redis.flush();
        return timeOf(() => manyAtOnce(count, SLOTS, (n) => ours.enqueue([ours.aJob(n)])));
      },
      async bullmqSingle() {
        await redis.flush();
        return timeOf(() => manyAtOnce(count, SLOTS, (n) => bullmq.enqueue(n)));
      },
    });
    const rate = (took: number) => perSecond(count, took);
    const unit = "jobs/s";
    return [
      row("enqueue in one call, Redis", { ours: rate(ms.bulk), peer: rate(ms.bullmqBulk), unit, beside: "BullMQ" }),
      row("enqueue one by one, 100 at once, Redis", {
        ours: rate(ms.single),
        peer: rate(ms.bullmqSingle),
        unit,
        beside: "BullMQ",
      }),
      row("run jobs that do nothing, 100 slots, Redis", {
        ours: rate(ms.run),
        peer: rate(ms.bullmqRun),
        unit,
        beside: "BullMQ",
      }),
      row("enqueue in one call, beside what Redis can do", {
        ours: rate(ms.bulk),
        peer: rate(ms.plainSet),
        unit,
        beside: "pipelined SET of the same text",
      }),
    ];
  } finally {
    await bullmq.close();
    await redis.stop();
  }
}
