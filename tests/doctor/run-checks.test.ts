import { describe, expect, test } from "vitest";
import { type Check, findingsOf } from "@/lib/doctor/finding";
import { exitCodeOf, renderReport, reportOf } from "@/lib/doctor/report";
import { runChecks } from "@/lib/doctor/run-checks";
import { createRedact } from "@/lib/doctor/secrecy";

const LIMITS = { timeoutMs: 1_000, totalMs: 5_000 };
const fine = (name: string): Check => ({ name, run: () => [findingsOf(name).ok("fine.")] });
const broken = (name: string): Check => ({ name, run: () => [findingsOf(name).wrong("broken.", "Mend it.")] });

describe("checks", () => {
  test("turn what they throw into a finding", async () => {
    const thrown: Check = {
      name: "odd",
      run: () => {
        throw new Error("nobody thought of this");
      },
    };
    const [found] = await runChecks([{ gate: thrown, rest: [] }], LIMITS);
    expect(found).toMatchObject({ check: "odd", verdict: "wrong", says: "it failed: nobody thought of this" });
  });

  test("that never end are given up on, and the others go on", async () => {
    const endless: Check = { name: "endless", run: () => new Promise(() => {}) };
    const groups = [
      { gate: endless, rest: [fine("after")] },
      { gate: fine("beside"), rest: [] },
    ];
    const found = await runChecks(groups, { timeoutMs: 10, totalMs: 5_000 });
    expect(found.map(({ check, verdict }) => `${check} ${verdict}`)).toEqual([
      "endless warning",
      "after ok",
      "beside ok",
    ]);
  });

  test("end together with the time for all of them", async () => {
    const endless = (name: string): Check => ({ name, run: () => new Promise(() => {}) });
    const groups = [{ gate: endless("one"), rest: [endless("two"), endless("three")] }];
    const found = await runChecks(groups, { timeoutMs: 60_000, totalMs: 10 });
    expect(found.map(({ check }) => check)).toEqual(["one", "two", "three"]);
  });

  test("behind a gate that is wrong are left out", async () => {
    const found = await runChecks([{ gate: broken("gate"), rest: [fine("behind")] }], LIMITS);
    expect(found.map(({ check }) => check)).toEqual(["gate"]);
  });
});

describe("a report", () => {
  const { ok, warning, wrong } = findingsOf("disk");

  test("has one line for each finding, with what to do", () => {
    const report = reportOf([ok("fine."), wrong("full.", "Make room.")], "Everything on one disk.", (text) => text);
    expect(renderReport(report)).toBe(
      [
        "Everything on one disk.",
        "",
        "ok       disk  fine.",
        "wrong    disk  full. -> Make room.",
        "",
        "1 ok, 0 warnings, 1 wrong.",
      ].join("\n"),
    );
  });

  test.each([
    ["ok", [ok("fine.")], 0],
    ["warning", [ok("fine."), warning("slow.", "Wait.")], 0],
    ["wrong", [warning("slow.", "Wait."), wrong("full.", "Make room.")], 1],
  ] as const)("is as bad as its worst finding: %s", (verdict, findings, code) => {
    const report = reportOf(findings, "", (text) => text);
    expect(report.verdict).toBe(verdict);
    expect(exitCodeOf(report)).toBe(code);
  });

  test("shows no secret, however it got into a sentence", () => {
    const redact = createRedact({
      UPSTASH_REDIS_REST_TOKEN: " token-of-the-database ",
      REDIS_URL: "rediss://default:pass%21word@redis.sample.dev:6379",
    });
    const says = "it refused token-of-the-database and pass!word and pass%21word.";
    expect(reportOf([ok(says)], "", redact).findings).toEqual([ok("it refused … and … and ….")]);
  });
});
