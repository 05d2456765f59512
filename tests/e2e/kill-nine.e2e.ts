import { openAsBlob } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { ImportSummary } from "@/lib/contracts/transactions-import";
import { seededRandom } from "@/lib/testing/seeded-random";
import { createApiClient } from "@/scripts/api-client";
import { followJob } from "@/scripts/follow-job";
import { freePort } from "@/scripts/free-port";
import { importFile } from "@/scripts/import-file";
import { writeSample } from "@/scripts/sample-statement";
import { startServer } from "@/scripts/server-process";
import { exportedBytes } from "@/tests/e2e/exported-bytes";
import { temporaryFolder } from "@/tests/e2e/temporary-folder";

const KILLS = Number(process.env.KILLS ?? 4);
const SEED = Number(process.env.SEED ?? 1);
/** However fast the machine is, rows beyond 8 MiB are committed: each life sees several commits, and so does the last. */
const ROWS = 120_000 + KILLS * 120_000;
/** A kill comes at most this long after the commit that it waited for: in the middle of whatever is done then. */
const MAX_DELAY_MS = 200;

test(`counts every row once although the server is killed ${KILLS} times (seed ${SEED})`, async () => {
  using folder = temporaryFolder();
  const random = seededRandom(SEED);
  const sample = writeSample(path.join(folder.path, "statement.csv"), ROWS);
  const port = await freePort();
  const start = () => startServer({ DATA_DIR: path.join(folder.path, "data") }, port);
  let server = await start();
  onTestFinished(() => server.kill());

  const client = createApiClient(server.url);
  const { fileId } = await client.upload("statement.csv", await openAsBlob(sample.file));
  const { id } = await client.submit("transactions.import", { fileId, account: "Sample account" });

  const seen: number[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const before = seen.at(-1) ?? 0;
    const target = ((kill + random()) / (KILLS + 1)) * 100;
    const delayMs = random() * MAX_DELAY_MS;
    let killAt = Number.POSITIVE_INFINITY;
    while (performance.now() < killAt) {
      const job = await client.read(id);
      const { percent } = job.progress;
      seen.push(percent);
      expect(job.state, `before kill ${kill + 1}, at ${percent} %`).toMatch(/^(queued|running)$/);
      if (percent > before && percent >= target) killAt = Math.min(killAt, performance.now() + delayMs);
      await pause(5);
    }
    await server.kill();
    server = await start();
  }

  const done = await followJob(client, id, { everyMs: 50, onView: (job) => seen.push(job.progress.percent) });
  expect(done).toMatchObject({ state: "completed", attempt: 1, progress: { percent: 100 } });
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  const summary = await client.result(id, ImportSummary);
  expect(sample.differences(summary)).toEqual([]);

  const undisturbed = createApiClient(server.url);
  const twin = await importFile(undisturbed, sample.file, { everyMs: 200 });
  expect(summary).toEqual(twin.summary);
  const bytes = await exportedBytes(client, id);
  expect(bytes).toEqual(await exportedBytes(undisturbed, twin.job.id));
  expect(bytes).toMatchObject({ transactions: { lines: summary.imported }, rejected: { lines: summary.rejected } });
});
