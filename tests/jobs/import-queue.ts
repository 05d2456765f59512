import type { z } from "zod";
import { JobId } from "@/lib/core/job";
import type { Services } from "@/lib/jobs/define-job";
import { importTransactions } from "@/lib/jobs/transactions-import";
import { readTransactions } from "@/lib/jobs/transactions-read";
import type { Json } from "@/lib/json";
import { createTestQueue, type TestQueue } from "@/lib/testing/create-test-queue";
import type { TestJob } from "@/lib/testing/test-job";
import { servicesFor } from "@/tests/jobs/import-driver";

const encode = (text: string) => new TextEncoder().encode(text);

/** Imports of one file, with all imports before them, and the children that read its parts. */
export function createImportQueue(bytes: Uint8Array) {
  const queue: TestQueue<Services> = createTestQueue<Services>({
    definitions: [importTransactions, readTransactions],
    services: ({ owner }) => ({
      ...servicesFor(bytes),
      jobs: { completed: async (name, key) => (await queue.store.completed(owner, name, key)).map(({ id }) => id) },
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

  return {
    queue,
    submit: (input: Partial<z.input<typeof importTransactions.input>> = {}) =>
      queue.submit(importTransactions, { fileId: "file_1", account: "main", ...input }),
  };
}

/** All that an import has come to. */
export const endOf = async <Output>(job: TestJob<Output>) => ({
  output: await job.output(),
  transactions: await job.rows("transactions"),
  rejected: await job.rows("rejected"),
});
