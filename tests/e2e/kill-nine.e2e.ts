import { openAsBlob } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { ImportSummary } from "@/lib/contracts/transactions-import";
import { createApiClient } from "@/scripts/api-client";
import { followJob } from "@/scripts/follow-job";
import { freePort } from "@/scripts/free-port";
import { importFile } from "@/scripts/import-file";
import { writeSample } from "@/scripts/sample-statement";
import { startServer } from "@/scripts/server-process";
import { exportedBytes } from "@/tests/e2e/exported-bytes";
import { seededRandom } from "@/tests/e2e/seeded-random";
import { temporaryFolder } from "@/tests/e2e/temporary-folder";

const KILLS = Number(process.env.KILLS ?? 4);
const SEED = Number(process.env.SEED ?? 1);
/** Enough that the job outlives its killers. */
const ROWS = 120_000 + KILLS * 120_000;
/** A server lives at least until its first commit, and at most this much longer. */
const LIFE_MS = 700;

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
    const until = performance.now() + random() * LIFE_MS;
    for (;;) {
      const job = await client.read(id);
      seen.push(job.progress.percent);
      expect(job.state, `before kill ${kill + 1}, at ${job.progress.percent} %`).toMatch(/^(queued|running)$/);
      if (performance.now() > until && job.progress.percent > before) break;
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
