import { spawnSync } from "node:child_process";
import path from "node:path";
import { describe, expect, test } from "vitest";

/** What a program that uses the log writes to standard output, line by line. */
function linesOf(level: string, program: string): Record<string, unknown>[] {
  const log = JSON.stringify(path.resolve("lib/log.ts"));
  const code = `import { createLog } from ${log}; const log = createLog("${level}"); ${program}`;
  const node = ["--import", "tsx", "--input-type=module", "--eval", code];
  const { stdout, stderr } = spawnSync(process.execPath, node, { encoding: "utf8" });
  expect(stderr.replaceAll(/^\(.*$/gm, "").trim()).toBe("");
  return stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe("createLog", () => {
  test("writes one line of JSON for each event", () => {
    const lines = linesOf(
      "info",
      `log.info("started", { port: 3000 }); log.warn("slow"); log.error("failed", new Error("why"), { jobId: "job_1" });`,
    );
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(lines).toEqual([
      { level: 30, time, event: "started", port: 3000 },
      { level: 40, time, event: "slow" },
      {
        level: 50,
        time,
        event: "failed",
        jobId: "job_1",
        err: { type: "Error", message: "why", stack: expect.stringContaining("Error: why") },
      },
    ]);
  });

  test("keeps silent below its level", () => {
    expect(linesOf("error", `log.info("started"); log.warn("slow");`)).toEqual([]);
    expect(linesOf("silent", `log.error("failed", new Error("why"));`)).toEqual([]);
  });
});
