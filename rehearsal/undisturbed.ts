import path from "node:path";
import type { ImportSummary } from "@/lib/contracts/transactions-import";
import { createApiClient } from "@/scripts/api-client";
import { importFile } from "@/scripts/import-file";
import { type SampleStatement, writeSample } from "@/scripts/sample-statement";
import { startServer } from "@/scripts/server-process";
import { exportedBytes } from "@/tests/e2e/exported-bytes";

export type Exported = Awaited<ReturnType<typeof exportedBytes>>;

/** A statement, and what its import must leave wherever and however it is run. */
export interface Known {
  readonly sample: SampleStatement;
  readonly summary: ImportSummary;
  readonly bytes: Exported;
}

/** Imports statements of these sizes where nothing goes wrong. */
export async function runUndisturbed(folder: string, sizes: readonly number[], seed: number): Promise<Known[]> {
  const server = await startServer({ DATA_DIR: path.join(folder, "undisturbed") });
  try {
    const known: Known[] = [];
    for (const [place, rows] of sizes.entries()) {
      const sample = writeSample(path.join(folder, `statement-${place}.csv`), rows, seed + place);
      const client = createApiClient(server.url);
      const { job, summary } = await importFile(client, sample.file, { everyMs: 100 });
      const wrong = sample.differences(summary);
      if (wrong.length > 0) throw new Error(`Even undisturbed the result is wrong:\n  ${wrong.join("\n  ")}`);
      known.push({ sample, summary, bytes: await exportedBytes(client, job.id) });
    }
    return known;
  } finally {
    await server.stop();
  }
}
