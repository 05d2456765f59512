import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createApiClient } from "@/scripts/api-client";
import { importFile } from "@/scripts/import-file";
import { writeSample } from "@/scripts/sample-statement";
import { startServer } from "@/scripts/server-process";
import { exportedBytes } from "@/tests/e2e/exported-bytes";
import { temporaryFolder } from "@/tests/e2e/temporary-folder";

const ROWS = 150_000;

async function importWith(env: Readonly<Record<string, string>>, file: string, folder: string) {
  const server = await startServer({ DATA_DIR: folder, ...env });
  onTestFinished(server.stop);
  const client = createApiClient(server.url);
  const imported = await importFile(client, file, { everyMs: 100 });
  const bytes = await exportedBytes(client, imported.job.id);
  await server.stop();
  return { ...imported, bytes };
}

test("writes the same bytes in many short slices as in one", async () => {
  using folder = temporaryFolder();
  const sample = writeSample(path.join(folder.path, "statement.csv"), ROWS);

  const cut = await importWith({ MAX_SLICE_MS: "150" }, sample.file, path.join(folder.path, "cut"));
  const whole = await importWith({}, sample.file, path.join(folder.path, "whole"));

  expect(cut.job.slices).toBeGreaterThan(3);
  expect(cut.job).toMatchObject({ state: "completed", attempt: 1 });
  expect(whole.job).toMatchObject({ state: "completed", attempt: 1, slices: 1 });
  expect(sample.differences(cut.summary)).toEqual([]);
  expect(cut.summary).toEqual(whole.summary);
  expect(cut.bytes).toEqual(whole.bytes);
});
