import { createLonghaul } from "@/bench/queue/longhaul";
import { interleaved, perSecond, ROUNDS, type Size, timeOf } from "@/bench/queue/rounds";
import { openTemporarySqlite } from "@/bench/queue/temporary-sqlite";
import { type Row, row } from "@/bench/row";

const JOBS: Readonly<Record<Size, number>> = { tiny: 20, usual: 10_000, full: 50_000 };
const SINGLES: Readonly<Record<Size, number>> = { tiny: 5, usual: 2_000, full: 10_000 };
const BATCH = 100;

/** Jobs a second in one SQLite file, beside the same texts put into a plain table. */
export async function benchSqliteThroughput(size: Size): Promise<Row[]> {
  const [count, singles] = [JOBS[size], SINGLES[size]];
  const sqlite = openTemporarySqlite();
  const ours = createLonghaul(sqlite.ledger, { slots: 100, isStoreLocal: true });
  sqlite.database.exec("CREATE TABLE plain (key TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT");
  const insert = sqlite.database.prepare("INSERT INTO plain VALUES (?, ?)");

  function insertAll(total: number, batch: number): void {
    sqlite.database.exec("DELETE FROM plain");
    const jobs = ours.jobs(total);
    for (let from = 0; from < total; from += batch) {
      sqlite.database.exec("BEGIN IMMEDIATE");
      for (const job of jobs.slice(from, from + batch)) insert.run(job.id, JSON.stringify(job));
      sqlite.database.exec("COMMIT");
    }
  }
  try {
    const ms = await interleaved(ROUNDS[size], {
      bulk() {
        const jobs = ours.jobs(count);
        return timeOf(() => ours.enqueue(jobs));
      },
      run: () => timeOf(() => ours.drain(count)),
      plainBulk: () => timeOf(async () => insertAll(count, BATCH)),
      single: () =>
        timeOf(async () => {
          for (let n = 0; n < singles; n += 1) await ours.enqueue([ours.aJob(n)]);
        }),
      plainSingle: () => timeOf(async () => insertAll(singles, 1)),
      empty: async () => timeOf(() => ours.drain(singles)),
    });
    const unit = "jobs/s";
    const beside = "the same texts in a plain table";
    return [
      row("enqueue in one call, SQLite", {
        ours: perSecond(count, ms.bulk),
        peer: perSecond(count, ms.plainBulk),
        unit,
        beside: `${beside}, 100 a transaction`,
      }),
      row("enqueue one by one, SQLite", {
        ours: perSecond(singles, ms.single),
        peer: perSecond(singles, ms.plainSingle),
        unit,
        beside: `${beside}, one a transaction`,
      }),
      row("run jobs that do nothing, 100 slots, SQLite", {
        ours: perSecond(count, ms.run),
        peer: 10_000,
        unit,
        beside: "what we promise",
      }),
    ];
  } finally {
    sqlite.close();
  }
}
