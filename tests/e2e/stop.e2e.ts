import { openAsBlob } from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ImportSummary } from "@/lib/contracts/transactions-import";
import { createApiClient } from "@/scripts/api-client";
import { followJob } from "@/scripts/follow-job";
import { freePort } from "@/scripts/free-port";
import { writeSample } from "@/scripts/sample-statement";
import { startServer } from "@/scripts/server-process";
import { temporaryFolder } from "@/tests/e2e/temporary-folder";

const ROWS = 600_000;

test("a server that is asked to end keeps what its job has reached, and the next one goes on from there", async () => {
  using folder = temporaryFolder();
  const sample = writeSample(path.join(folder.path, "statement.csv"), ROWS);
  const port = await freePort();
  const start = () => startServer({ DATA_DIR: path.join(folder.path, "data") }, port);
  const first = await start();
  onTestFinished(first.kill);

  const client = createApiClient(first.url);
  const { fileId } = await client.upload("statement.csv", await openAsBlob(sample.file));
  const { id } = await client.submit("transactions.import", { fileId, account: "Sample account" });
  let seen = 0;
  while (seen === 0) seen = (await client.read(id)).progress.percent;
  await first.stop();

  const second = await start();
  onTestFinished(second.kill);
  const resumed = await client.read(id);
  expect(resumed).toMatchObject({ state: expect.stringMatching(/^(queued|running)$/), attempt: 1 });
  expect(resumed.progress.percent).toBeGreaterThanOrEqual(seen);

  expect(await followJob(client, id, { everyMs: 50 })).toMatchObject({ state: "completed", attempt: 1, slices: 2 });
  expect(sample.differences(await client.result(id, ImportSummary))).toEqual([]);
  await second.stop();
});
