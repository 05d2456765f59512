import { describe, expect, test } from "vitest";
import { makeStatement } from "@/lib/analysis/statement/sample";
import { JobId } from "@/lib/core/job";
import type { Services } from "@/lib/jobs/define-job";
import { importTransactions } from "@/lib/jobs/transactions-import";
import { readTransactions } from "@/lib/jobs/transactions-read";
import type { Json } from "@/lib/json";
import { createTestQueue, type TestQueue } from "@/lib/testing/create-test-queue";
import { everyCrash, everyStop } from "@/lib/testing/every-crash";
import { servicesFor } from "@/tests/jobs/import-driver";

const encode = (text: string) => new TextEncoder().encode(text);
const statement = encode([...makeStatement({ rows: 2_600, seed: 3 }).chunks()].join(""));

/** One import of the sample, by itself or shared out among children. */
async function anImport(partitions: number) {
  const queue: TestQueue<Services> = createTestQueue<Services>({
    definitions: [importTransactions, readTransactions],
    services: () => ({
      ...servicesFor(statement),
      datasets: {
        rows: rowsOf,
        async *written(id, dataset) {
          for await (const row of rowsOf(id, dataset)) yield encode(`${JSON.stringify(row)}\n`);
        },
      },
    }),
  });

  async function* rowsOf(id: string, dataset: string): AsyncGenerator<Json> {
    const found = await queue.store.get(JobId.parse(id));
    yield* queue.files.readRows(id, dataset, found?.job.checkpoint.datasets[dataset] ?? []);
  }

  const input = { fileId: "file_1", account: "main", dateOrder: "dmy" as const, partitions };
  return { queue, job: await queue.submit(importTransactions, input) };
}
type Import = Awaited<ReturnType<typeof anImport>>;

const endOf = async ({ job }: Import) => ({
  output: await job.output(),
  transactions: await job.rows("transactions"),
  rejected: await job.rows("rejected"),
});

const undisturbed = await anImport(1);
await undisturbed.queue.run();
const END = await endOf(undisturbed);
const expectSameEnd = async (world: Import) => expect(await endOf(world)).toEqual(END);

describe("an import", () => {
  test("has many places to be disturbed at, and rows enough", () => {
    expect(END.output.rows).toBe(2_600);
    expect(END.rejected.length).toBeGreaterThan(0);
  });

  test("comes to the same end wherever its worker is killed", async () => {
    expect(await everyCrash(() => anImport(1), expectSameEnd)).toBeGreaterThan(30);
  });

  test("comes to the same end wherever its time is over", async () => {
    expect(await everyStop(() => anImport(1), expectSameEnd)).toBeGreaterThan(4);
  });

  test("comes to the same end wherever a worker is killed while children read its parts", async () => {
    expect(await everyCrash(() => anImport(2), expectSameEnd)).toBeGreaterThan(50);
  });
});
