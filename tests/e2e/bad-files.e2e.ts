import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { ImportSummary, Rejected } from "@/lib/contracts/transactions-import";
import { type ApiClient, createApiClient, RefusedError } from "@/scripts/api-client";
import { followJob } from "@/scripts/follow-job";
import { importFile } from "@/scripts/import-file";
import { writeSample } from "@/scripts/sample-statement";
import { type ServerProcess, startServer } from "@/scripts/server-process";
import { BAD_FILES, type BadFile } from "@/tests/e2e/bad-files";
import { temporaryFolder } from "@/tests/e2e/temporary-folder";

const folder = temporaryFolder();
let server: ServerProcess;

beforeAll(async () => {
  server = await startServer({ DATA_DIR: path.join(folder.path, "data") });
});
afterAll(async () => {
  await server?.stop();
  folder[Symbol.dispose]();
});

async function outcomeOf(client: ApiClient, bytes: BadFile["bytes"]): Promise<BadFile["becomes"]> {
  const upload = await client.upload("statement.csv", new Blob([bytes])).catch((error: unknown) => error);
  if (upload instanceof RefusedError) return { refused: upload.code };
  if (upload instanceof Error) throw upload;
  const { fileId } = upload as { readonly fileId: string }; // what is no error is a file
  const { id } = await client.submit("transactions.import", { fileId, account: "Bad files" });
  const job = await followJob(client, id, { everyMs: 50, timeoutMs: 60_000 });
  if (job.state === "failed") return { failed: job.error?.code ?? "without a code" };
  const { imported } = await client.result(id, ImportSummary);
  const { rows } = await client.rows(id, "rejected");
  return {
    imported,
    rejected: z
      .array(Rejected)
      .parse(rows)
      .map((row) => row.reason),
  };
}

describe("a bad file", () => {
  test.each(BAD_FILES)("$what ends in a clear answer", async ({ bytes, becomes }) => {
    expect(await outcomeOf(createApiClient(server.url), bytes)).toEqual(becomes);
  });

  test("does not disturb an import beside it, nor the server", async () => {
    const sample = writeSample(path.join(folder.path, "good.csv"), 100_000);
    const [{ job, summary }, ...outcomes] = await Promise.all([
      importFile(createApiClient(server.url), sample.file),
      ...BAD_FILES.map(({ bytes }) => outcomeOf(createApiClient(server.url), bytes)),
    ]);
    expect(outcomes).toEqual(BAD_FILES.map(({ becomes }) => becomes));
    expect(job).toMatchObject({ state: "completed", attempt: 1 });
    expect(sample.differences(summary)).toEqual([]);
  });
});
