import type { z } from "zod";
import type { Manifest } from "@/lib/core/checkpoint";
import { JobId } from "@/lib/core/job";
import { createDatasets } from "@/lib/files/datasets";
import type { Services } from "@/lib/jobs/define-job";
import { importTransactions } from "@/lib/jobs/transactions-import";
import { readTransactions } from "@/lib/jobs/transactions-read";
import { createTestQueue, type TestQueue } from "@/lib/testing/create-test-queue";
import type { TestJob } from "@/lib/testing/test-job";
import { servicesFor } from "@/tests/jobs/import-driver";

/** Imports of one file, with all imports before them, and the children that read its parts. */
export function createImportQueue(bytes: Uint8Array) {
  const queue: TestQueue<Services> = createTestQueue<Services>({
    definitions: [importTransactions, readTransactions],
    services: ({ owner }) => ({
      ...servicesFor(bytes),
      jobs: { completed: async (name, key) => (await queue.store.completed(owner, name, key)).map(({ id }) => id) },
      datasets: {
        async *rows(id, dataset) {
          yield* datasets.rows(id, dataset, await manifestOf(id, dataset));
        },
        async *parts(id, dataset) {
          yield* datasets.parts(id, dataset, await manifestOf(id, dataset));
        },
        linesOf: (part) => datasets.linesOf(part),
      },
    }),
  });

  const datasets = createDatasets({ files: queue.files });

  async function manifestOf(id: string, dataset: string): Promise<Manifest> {
    const found = await queue.store.get(JobId.parse(id));
    return found?.job.checkpoint.datasets[dataset] ?? [];
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
