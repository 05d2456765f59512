import { describe, expect, test } from "vitest";
import { makeStatement } from "@/lib/analysis/statement/sample";
import { JobId } from "@/lib/core/job";
import type { Services } from "@/lib/jobs/define-job";
import { inlineReaders } from "@/lib/jobs/piece-readers";
import { importTransactions } from "@/lib/jobs/transactions-import";
import { readTransactions } from "@/lib/jobs/transactions-read";
import type { Json } from "@/lib/json";
import { setUpBench } from "@/tests/support/bench";

const encode = (text: string) => new TextEncoder().encode(text);

/** Imports on real workers and a real store in memory. */
function setUp(bytes: Uint8Array) {
  const bench: ReturnType<typeof setUpBench<Services>> = setUpBench<Services>({
    definitions: [importTransactions, readTransactions],
    services: () => ({
      files: {
        stat: async () => ({ name: "statement.csv", size: bytes.length }),
        async *read(_id, { start = 0, end = bytes.length } = {}) {
          for (let at = start; at < end; at += 50_000) yield bytes.slice(at, Math.min(end, at + 50_000));
        },
      },
      jobs: { completed: async (name, key) => (await bench.store.completed("ow_1", name, key)).map(({ id }) => id) },
      webhooks: { deliver: () => Promise.reject(new Error("An import delivers nothing.")) },
      children: { cancelSome: async () => null },
      bulk: { next: async () => ({ jobs: [], cursor: null }), act: async () => ({ kind: "done" }) },
      pieces: { ...inlineReaders, ahead: 2 },
      datasets: {
        rows: rowsOf,
        async *written(id, dataset) {
          for await (const row of rowsOf(id, dataset)) yield encode(`${JSON.stringify(row)}\n`);
        },
      },
    }),
  });

  async function* rowsOf(id: string, dataset: string): AsyncGenerator<Json> {
    const { checkpoint } = await bench.jobOf(JobId.parse(id));
    yield* bench.files.readRows(id, dataset, checkpoint.datasets[dataset] ?? []);
  }

  let made = 0;
  /** Runs it to its end; with `dieAfter`, each of many workers dies after so many calls or a few more. */
  async function runImport(input: Readonly<Record<string, Json>>, { dieAfter }: { dieAfter?: number } = {}) {
    made += 1;
    const id = await bench.enqueue({
      id: JobId.parse(`job_import${made}`),
      name: importTransactions.name,
      owner: "ow_1",
      queue: "imports",
      concurrencyKey: `${input.account}`,
      input: { fileId: "file_1", ...input },
    });
    for (let round = 0; round < 300; round += 1) {
      const isLast = dieAfter === undefined || round > 60;
      const worker = bench.aWorker((call) => {
        if (!isLast && call > dieAfter + 4 * (round % 5)) throw new Error("The worker was killed.");
      });
      await worker.drain(3_600_000, "imports").catch(() => worker.die());
      const job = await bench.jobOf(id);
      if (job.state === "completed" || job.state === "failed") break;
      await bench.letLeasesRunOut();
    }
    const job = await bench.jobOf(id);
    if (job.state !== "completed") throw new Error(`It is ${job.state}: ${JSON.stringify(job)}`);
    const [transactions, rejected] = [await bench.rowsOf(id, "transactions"), await bench.rowsOf(id, "rejected")];
    const output = "file" in job.output ? bench.files.texts.get(job.output.file) : JSON.stringify(job.output.value);
    return { transactions, rejected, output };
  }
  return { bench, runImport };
}

const sample = Buffer.concat([...makeStatement({ rows: 6_000, seed: 3 }).chunks()].map((chunk) => Buffer.from(chunk)));

/** Names its currency late, spells its categories differently, runs over its lines, and contains the same rows twice. */
function awkward(): Uint8Array {
  const lines = ["Date,Description,Amount,Category,Balance"];
  for (let n = 0; n < 6_000; n += 1) {
    const day = `2025-0${1 + (n % 9)}-1${n % 9}`;
    const amount = n === 3_000 ? "EUR 7.00" : n === 5_000 ? "USD 8.00" : `${(n % 50) + 1}.10`;
    const text = n % 97 === 0 ? `"Broken\nover ""lines"", ${n % 40}"` : `Shop ${n % 40}`;
    lines.push(`${day},${text},${amount},${n < 2_500 ? "food" : "Food"},${n % 11 === 0 ? "" : n % 7}.00`);
  }
  return encode(lines.join("\n"));
}

describe("an import in parts", () => {
  test.each([
    ["the sample", sample],
    ["an awkward file", awkward()],
  ])("gives of %s what one job alone gives, row by row", async (_name, bytes) => {
    const alone = await setUp(bytes).runImport({ account: "main" });
    const { bench, runImport } = setUp(bytes);
    const inParts = await runImport({ account: "main", partitions: 4 });
    expect(inParts).toEqual(alone);
    const group = { stage: "read", round: 0 };
    expect(await bench.store.children(JobId.parse("job_import1"), group)).toMatchObject({ completed: 4, open: 0 });
  });

  test("comes to the same end when its workers die again and again", async () => {
    const alone = await setUp(sample).runImport({ account: "main" });
    for (const dieAfter of [3, 5, 8]) {
      expect(await setUp(sample).runImport({ account: "main", partitions: 3 }, { dieAfter })).toEqual(alone);
    }
  });

  test("finds what another import has imported already", async () => {
    const { runImport } = setUp(sample);
    const first = await runImport({ account: "main", partitions: 2 });
    const again = await runImport({ account: "main", partitions: 4 });
    expect(first.transactions.length).toBeGreaterThan(5_000);
    expect(again.transactions).toEqual([]);
  });

  test("of a file that is too small to divide is an import of one part", async () => {
    const bytes = encode("Date,Description,Amount\n2025-01-02,Tea,-2.50\n");
    expect(await setUp(bytes).runImport({ account: "main", partitions: 4 })).toEqual(
      await setUp(bytes).runImport({ account: "main" }),
    );
  });
});
