import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { readEnv } from "@/lib/env";
import { createServer } from "@/lib/server/create-server";
import { secretsOf } from "@/lib/server/secrets";
import { temporaryFolder } from "@/tests/support/temporary-folder";

const HOUR_MS = 3_600_000;
const STATEMENT = new TextEncoder().encode("Date,Description,Amount\n2027-01-02,Coffee,-3.50\n");

/** The whole application on a folder of its own, with a time that the test moves. */
async function anApplication() {
  const env = readEnv({ DATA_DIR: temporaryFolder(), READER_THREADS: "1" });
  const silent = () => {};
  return createServer({ env, secrets: secretsOf(env), log: { info: silent, warn: silent, error: silent } });
}

const daily = (fileId: string) => ({
  name: "transactions.import",
  cron: "0 9 * * *",
  timeZone: "Europe/Berlin",
  input: { fileId, account: "main" },
  options: {},
  overlap: "allow" as const,
  catchUp: "one" as const,
});

describe("a schedule in the whole application", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2027-01-01T00:00:00Z") });
    vi.stubGlobal("fetch", async () => new Response("{}"));
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  test("fires by the sweep, and keeps its file as long as it names it", async () => {
    const app = await anApplication();
    const { fileId } = await app.userFiles.put("ada", "january.csv", [STATEMENT]);
    const { id } = await app.schedules.create("ada", daily(fileId));
    for (let day = 0; day < 4; day += 1) {
      for (let step = 0; step < 6; step += 1) {
        vi.setSystemTime(Date.now() + 4 * HOUR_MS);
        await app.sweep();
      }
      await app.work("imports", undefined);
    }
    expect(await app.schedules.read("ada", id)).toMatchObject({
      state: "active",
      lastFired: { at: Date.parse("2027-01-04T08:00:00Z") },
      lastSkipped: null,
    });
    const { jobs } = await app.queue.list("ada", { cursor: null, limit: 9, tag: `schedule:${id}` });
    expect(jobs[0]?.state).toBe("completed");

    await app.schedules.remove("ada", id);
    for (let day = 0; day < 4; day += 1) {
      vi.setSystemTime(Date.now() + 24 * HOUR_MS);
      await app.sweep();
    }
    await expect(app.userFiles.stat("ada", fileId)).rejects.toMatchObject({ code: "not_found" });
    expect((await app.queue.list("ada", { cursor: null, limit: 9 })).jobs).toEqual([]);
  });
});
