import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { COPIED } from "@/lib/doctor/pasted";
import { temporaryFolder } from "@/tests/support/temporary-folder";

/** The script as `npm run doctor` starts it. What is set to nothing, no `.env` of this folder can set. */
function doctor(variables: Readonly<Record<string, string>>, ...flags: readonly string[]) {
  const nothing = Object.fromEntries([...COPIED, "HOSTED", "VERCEL", "QSTASH_DEV"].map((name) => [name, ""]));
  const env = { ...process.env, ...nothing, DATA_DIR: temporaryFolder(), PORT: "2", ...variables };
  const args = ["--import", "tsx", "scripts/doctor.ts", ...flags];
  const { status, stdout } = spawnSync(process.execPath, args, { env, encoding: "utf8" });
  return { status, stdout };
}

describe("npm run doctor", () => {
  test("ends with 0 where nothing is configured", () => {
    const { status, stdout } = doctor({});
    expect(stdout).toMatch(/^Nothing is configured: the embedded default/);
    expect(stdout).toMatch(/0 warnings, 0 wrong\.\n$/);
    expect(status).toBe(0);
  });

  test("ends with 1 where something is wrong, and says it to scripts as well", () => {
    const { status, stdout } = doctor({ REDIS_URL: "redis://:secret-password@127.0.0.1:2" }, "--json");
    expect(JSON.parse(stdout)).toMatchObject({ verdict: "wrong" });
    expect(stdout).not.toContain("secret-password");
    expect(status).toBe(1);
  });
});
