import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { hasRedisServer, onRedis } from "@/tests/support/redis";

const FLAGS = [
  "--experimental-transform-types",
  "--disable-warning=ExperimentalWarning",
  "--import",
  "./bench/alias.mjs",
];

const Row = z.strictObject({
  name: z.string().min(1),
  ours: z.number().nonnegative(),
  peer: z.number().nonnegative().nullable(),
  ratio: z.number().nonnegative().nullable(),
  unit: z.enum(["jobs/s", "/s", "ms", "µs", "MB", "commands"]),
  better: z.enum(["more", "less"]),
  beside: z.string().min(1).nullable(),
});

/** What a bench of the smallest size prints, whatever the times are. */
async function rowsOf(name: string) {
  const args = [...FLAGS, "bench/main.ts", name, "--size", "tiny", "--json"];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return stdout.split("\n").flatMap((line) => (line === "" ? [] : Row.parse(JSON.parse(line))));
}

describe("npm run bench -- --json", () => {
  test.each([
    ["sqlite", 3],
    ["latency", 3],
  ] as const)("prints a row for each thing that %s measures", async (name, rows) => {
    expect(await rowsOf(name)).toHaveLength(rows);
  });

  test("names the benches there are when asked for another", async () => {
    await expect(rowsOf("nonsense")).rejects.toThrow(/No bench is called nonsense: redis, sqlite/);
  });
});

describe.skipIf(!hasRedisServer)(onRedis("npm run bench beside BullMQ"), () => {
  test.each([
    ["redis", 4],
    ["operations", 6],
    ["footprint", 3],
    ["growth", 134],
  ] as const)("prints a row for each thing that %s measures", async (name, rows) => {
    expect(await rowsOf(name)).toHaveLength(rows);
  });

  test("counts commands, which are the same on every machine", async () => {
    const rows = await rowsOf("billed");
    const ours = Object.fromEntries(rows.map((row) => [row.name, row.ours]));
    expect(ours).toMatchObject({
      "billed for a commit": 4,
      "billed for an idle sweep": 2,
      "billed for an idle hour": 120,
    });
    expect(ours["billed for one of many jobs"]).toBeLessThanOrEqual(6);
    expect(ours["billed for a job alone"]).toBeLessThanOrEqual(20);
  });
});
