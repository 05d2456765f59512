import { median } from "@/bench/median";
import { CROWDS, fill, type Longhaul } from "@/bench/queue/crowds";
import { GROWTH_VERBS } from "@/bench/queue/growth-verbs";
import { createLonghaul } from "@/bench/queue/longhaul";
import type { Size } from "@/bench/queue/rounds";
import { openTemporarySqlite } from "@/bench/queue/temporary-sqlite";
import { hasRedisServer, startBenchRedis } from "@/bench/redis-server";
import { type Row, row } from "@/bench/row";
import type { Ledger } from "@/lib/core/ledger";
import { createRedisLedger } from "@/lib/store/redis/redis-ledger";

/** How many jobs stand around in the small store, and in the large one while it grows. */
const AROUND: Readonly<Record<Size, readonly [few: number, ...many: number[]]>> = {
  tiny: [10, 50],
  usual: [1_000, 10_000, 100_000],
  full: [1_000, 10_000, 100_000, 1_000_000],
};
/** After how many commits of one job the next are looked at. */
const COMMITS: Readonly<Record<Size, readonly [early: number, ...late: number[]]>> = {
  tiny: [5, 10],
  usual: [10, 1_000, 10_000],
  full: [10, 1_000, 10_000],
};
const UNIT: Readonly<Record<Size, number>> = { tiny: 10, usual: 100, full: 100 };
const ROUNDS: Readonly<Record<Size, number>> = { tiny: 1, usual: 15, full: 15 };

interface OpenStore {
  readonly ledger: Ledger;
  /** Microseconds of processors that the store itself has taken, beside this process. */
  ownCpu(): Promise<number>;
  close(): Promise<void> | void;
}

const STORES: Readonly<Record<string, () => Promise<OpenStore>>> = {
  sqlite: async () => ({ ...openTemporarySqlite(), ownCpu: async () => 0 }),
  async redis() {
    const server = await startBenchRedis();
    const cpuOf = (info: string, kind: string) =>
      Number(new RegExp(`^used_cpu_${kind}_main_thread:([\\d.]+)`, "m").exec(info)?.[1]);
    return {
      ledger: createRedisLedger({ redis: server.redis }),
      async ownCpu() {
        const info = await server.tcp.info("cpu");
        return (cpuOf(info, "user") + cpuOf(info, "sys")) * 1e6;
      },
      close: () => server.stop(),
    };
  },
};

/**
 * The cost of a job among many, beside its cost among few, both in turns: the ratio should stay near 1. Told in time of
 * processors, the store's own included, which other work on the machine hardly touches.
 */
export async function benchGrowth(size: Size, only: readonly string[] = []): Promise<Row[]> {
  const isWanted = (name: string, among: Readonly<Record<string, unknown>>) =>
    only.includes(name) || !only.some((wish) => wish in among);
  const kinds = { ...CROWDS, commits: null };
  const rows: Row[] = [];
  for (const [store, open] of Object.entries(STORES)) {
    if (!isWanted(store, STORES) || (store === "redis" && !hasRedisServer)) continue;
    for (const crowd of Object.keys(CROWDS)) {
      if (isWanted(crowd, kinds)) rows.push(...(await benchCrowd(crowd, { store, open, size })));
    }
    if (isWanted("commits", kinds)) rows.push(...(await benchCommits({ store, open, size })));
  }
  return rows;
}

interface Measured {
  readonly store: string;
  readonly open: () => Promise<OpenStore>;
  readonly size: Size;
}

const numberOf = (count: number) => count.toLocaleString("en");

async function benchCrowd(name: string, { store, open, size }: Measured): Promise<Row[]> {
  const crowd = CROWDS[name];
  if (!crowd) throw new Error(`There is no crowd "${name}".`);
  const [few, ...levels] = AROUND[size];
  const [small, large] = [await open(), await open()];
  const rows: Row[] = [];
  try {
    const [amongFew, amongMany] = [createLonghaul(small.ledger), createLonghaul(large.ledger)];
    await fill(amongFew, crowd, 0, few);
    let around = 0;
    for (const many of levels) {
      await fill(amongMany, crowd, around, many);
      around = many;
      const costs = new Map(GROWTH_VERBS.map((verb): [string, Cost] => [verb.name, { few: [], many: [] }]));
      for (let round = 0; round < ROUNDS[size]; round += 1) {
        for (const verb of GROWTH_VERBS) {
          const times = Math.ceil(verb.times(UNIT[size]));
          const among = {
            few: () => costOf(small, () => verb.act(amongFew, times), times),
            many: () => costOf(large, () => verb.act(amongMany, times), times),
          };
          // Whoever comes second finds the code warm, so they take turns at it.
          for (const side of round % 2 === 0 ? SIDES : SIDES.toReversed())
            costs.get(verb.name)?.[side].push(await among[side]());
        }
      }
      for (const [verb, cost] of costs) {
        rows.push(rowOf(`${verb}, ${store}, ${numberOf(many)} ${name}`, cost, `among ${numberOf(few)}`));
      }
    }
  } finally {
    await small.close();
    await large.close();
  }
  return rows;
}

/** What the next commits of a job cost after many, beside those of one that was just begun. */
async function benchCommits({ store, open, size }: Measured): Promise<Row[]> {
  const [early, ...levels] = COMMITS[size];
  const opened = await open();
  const rows: Row[] = [];
  try {
    const longhaul = createLonghaul(opened.ledger);
    const old = await begin(longhaul);
    for (const late of levels) {
      await old.commitUntil(late);
      const cost: Cost = { few: [], many: [] };
      for (let round = 0; round < ROUNDS[size]; round += 1) {
        const young = await begin(longhaul);
        await young.commitUntil(early);
        cost.few.push(await costOf(opened, () => young.commitUntil(early + UNIT[size]), UNIT[size]));
        const next = old.done() + UNIT[size];
        cost.many.push(await costOf(opened, () => old.commitUntil(next), UNIT[size]));
      }
      rows.push(rowOf(`a commit, ${store}, after ${numberOf(late)}`, cost, `after ${numberOf(early)}`));
    }
  } finally {
    await opened.close();
  }
  return rows;
}

/** A job that is taken up, and says how often it was committed. */
async function begin(longhaul: Longhaul) {
  await longhaul.enqueue(longhaul.jobs(1));
  let [held] = await longhaul.claim(1);
  let done = 0;
  return {
    done: () => done,
    async commitUntil(end: number): Promise<void> {
      for (; held && done < end; done += 1) held = await longhaul.commit(held, done);
    },
  };
}

const SIDES = ["few", "many"] as const;

interface Cost {
  readonly few: number[];
  readonly many: number[];
}

/** Microseconds of processors that each of so many things takes, here and in the store. */
async function costOf(store: OpenStore, act: () => Promise<unknown>, times: number): Promise<number> {
  const own = await store.ownCpu();
  const before = process.cpuUsage();
  await act();
  const { user, system } = process.cpuUsage(before);
  return (user + system + (await store.ownCpu()) - own) / times;
}

const rowOf = (name: string, { few, many }: Cost, beside: string) =>
  row(name, { ours: median(many), peer: median(few), unit: "µs", better: "less", beside });
