import { expect, onTestFinished, test } from "vitest";
import { startServer } from "@/scripts/server-process";
import { temporaryFolder } from "@/tests/e2e/temporary-folder";

test("a second server on the same data folder says why, and ends", async () => {
  using folder = temporaryFolder();
  const server = await startServer({ DATA_DIR: folder.path });
  onTestFinished(server.kill);
  const second = await startServer({ DATA_DIR: folder.path }).catch((error: unknown) => error);
  expect(second).toMatchObject({
    message: expect.stringContaining(`Another Longhaul server is using \\"${folder.path}\\".`),
    cause: { message: "It ended with code 1." },
  });
});
