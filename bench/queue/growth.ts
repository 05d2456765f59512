import { createLonghaul } from "@/bench/queue/longhaul";
import { interleaved, ROUNDS, type Size, timeOf } from "@/bench/queue/rounds";
import { openTemporarySqlite } from "@/bench/queue/temporary-sqlite";
import { hasRedisServer, startBenchRedis } from "@/bench/redis-server";
import { type Row, row } from "@/bench/row";
import { systemClock } from "@/lib/clock";
import type { Ledger } from "@/lib/core/ledger";
import { createRedisLedger } from "@/lib/store/redis/redis-ledger";

/** How many jobs stand around in the small store and in the large one. */
const AROUND: Readonly<Record<Size, readonly [few: number, many: number]>> = {
  tiny: [10, 50],
  usual: [1_000, 100_000],
  full: [1_000, 1_000_000],
};
const MEASURED: Readonly<Record<Size, number>> = { tiny: 10, usual: 2_000, full: 2_000 };
const COMMITS: Readonly<Record<Size, readonly [early: number, late: number]>> = {
  tiny: [5, 10],
  usual: [100, 10_000],
  full: [100, 100_000],
};
const PIECE = 10_000;

type Longhaul = ReturnType<typeof createLonghaul>;

/** What happens to the jobs that stand around. */
const KINDS: Readonly<Record<string, (longhaul: Longhaul, count: number) => Promise<unknown>>> = {
  waiting: async () => {},
  kept: (longhaul, count) => longhaul.drain(count),
  failed: async (longhaul, count) => {
    for (let left = count; left > 0; ) {
      const held = await longhaul.claim(100);
      const error = { code: "broken", message: "It broke." };
      const outcome = { kind: "threw", error, retryInMs: null } as const;
      const settlements = held.map((one) => ({ held: one, outcome, reached: one.job }));
      await longhaul.store.settle(longhaul.queue, settlements, systemClock(), 0);
      left -= held.length;
      if (held.length === 0) throw new Error("There were fewer jobs than were enqueued.");
    }
  },
};

async function fill(longhaul: Longhaul, count: number, treat: (longhaul: Longhaul, count: number) => Promise<unknown>) {
  for (let left = count; left > 0; left -= PIECE) {
    const piece = Math.min(PIECE, left);
    await longhaul.enqueue(longhaul.jobs(piece));
    await treat(longhaul, piece);
  }
}

/** Milliseconds to enqueue some jobs, claim as many and settle them, whatever stands around. */
async function cycle(longhaul: Longhaul, count: number): Promise<number> {
  const jobs = longhaul.jobs(count);
  return timeOf(async () => {
    await longhaul.enqueue(jobs);
    for (let left = count; left > 0; ) {
      const held = await longhaul.claim(Math.min(100, left));
      const outcome = { kind: "completed", output: { value: null } } as const;
      const settlements = held.map((one) => ({ held: one, outcome, reached: one.job }));
      await longhaul.store.settle(longhaul.queue, settlements, systemClock(), 0);
      left -= held.length;
      if (held.length === 0) throw new Error("There were fewer jobs than were enqueued.");
    }
  });
}

interface Store {
  readonly name: string;
  open(): Promise<{ readonly ledger: Ledger; close(): Promise<void> | void }>;
}

const STORES: readonly Store[] = [
  {
    name: "SQLite",
    open: async () => openTemporarySqlite(),
  },
  {
    name: "Redis",
    async open() {
      const redis = await startBenchRedis();
      return { ledger: createRedisLedger({ redis: redis.redis }), close: () => redis.stop() };
    },
  },
];

/** The cost of a job among many, beside its cost among few: the ratio should stay near 1. */
export async function benchGrowth(size: Size): Promise<Row[]> {
  const [few, many] = AROUND[size];
  const [early, late] = COMMITS[size];
  const count = MEASURED[size];
  const rows: Row[] = [];
  for (const store of STORES.filter(({ name }) => name !== "Redis" || hasRedisServer)) {
    for (const [kind, treat] of Object.entries(KINDS)) {
      const [small, large] = [await store.open(), await store.open()];
      try {
        const [amongFew, amongMany] = [createLonghaul(small.ledger), createLonghaul(large.ledger)];
        await fill(amongFew, few, treat);
        await fill(amongMany, many, treat);
        const ms = await interleaved(ROUNDS[size], {
          few: () => cycle(amongFew, count),
          many: () => cycle(amongMany, count),
        });
        const name = `a job among ${many.toLocaleString("en")} ${kind}, ${store.name}`;
        const us = (took: number) => (took * 1_000) / count;
        const beside = `among ${few.toLocaleString("en")}`;
        rows.push(row(name, { ours: us(ms.many), peer: us(ms.few), unit: "µs", better: "less", beside }));
      } finally {
        await small.close();
        await large.close();
      }
    }
    rows.push(await benchCommits(store, early, late));
  }
  return rows;
}

async function benchCommits(store: Store, early: number, late: number): Promise<Row> {
  const opened = await store.open();
  try {
    const longhaul = createLonghaul(opened.ledger);
    await longhaul.enqueue(longhaul.jobs(1));
    let [held] = await longhaul.claim(1);
    let done = 0;
    const commitUntil = (end: number) =>
      timeOf(async () => {
        for (; held && done < end; done += 1) held = await longhaul.commit(held, done);
      });
    await commitUntil(early);
    const first = await commitUntil(2 * early);
    await commitUntil(late);
    const last = await commitUntil(late + early);
    const us = (took: number) => (took * 1_000) / early;
    const beside = `after ${early.toLocaleString("en")}`;
    const name = `a commit after ${late.toLocaleString("en")}, ${store.name}`;
    return row(name, { ours: us(last), peer: us(first), unit: "µs", better: "less", beside });
  } finally {
    await opened.close();
  }
}
