import { describe, expect, test } from "vitest";
import { isGood, type Report, toLines } from "@/rehearsal/report";

const aReport = (change: Partial<Report> = {}): Report => ({
  seed: 7,
  seconds: 61,
  injected: { "message: lost": 5 },
  done: { jobs: 3 },
  verdicts: [{ promise: "every job ends", broken: [] }],
  missing: [],
  ...change,
});

describe("a report", () => {
  test("is good when all promises were kept and enough went wrong", () => {
    expect(isGood(aReport())).toBe(true);
    expect(isGood(aReport({ missing: ["lost: 1 of 5"] }))).toBe(false);
    expect(isGood(aReport({ verdicts: [{ promise: "every job ends", broken: ["job_1 is still running"] }] }))).toBe(
      false,
    );
  });

  test("tells what went wrong on purpose, and the first breaches of each promise", () => {
    const broken = ["a", "b", "c", "d", "e", "f", "g"].map((job) => `${job} is still running`);
    const verdicts = [{ promise: "every job ends", broken }];
    expect(toLines(aReport({ verdicts, missing: ["late: 0 of 5"] }))).toEqual([
      "Rehearsed for 61 s with seed 7.",
      "",
      "Went wrong on purpose:",
      `  ${"message: lost".padEnd(44)}         5`,
      "  too seldom: late: 0 of 5",
      "",
      "Was done:",
      `  ${"jobs".padEnd(44)}         3`,
      "",
      "Promises:",
      "  BROKEN every job ends",
      ...broken.slice(0, 5).map((how) => `         ${how}`),
      "         and 2 more",
    ]);
  });
});
