import { describe, expect, test } from "vitest";
import { assertLimits, limitsOf } from "@/lib/core/job-limits";
import { HOW_LONG } from "@/lib/duration";

const specs = {
  rateLimit: { key: ({ to }: { to: string }) => to, limit: 5, per: "1m" },
  timeouts: { attempt: "30s", job: "1h" },
} as const;

describe("limitsOf", () => {
  test("says what a definition limits of one job, in milliseconds", () => {
    expect(limitsOf(specs, { to: "ada" })).toEqual({
      rate: { key: "ada", limit: 5, perMs: 60_000, slotAt: null },
      attemptMs: 30_000,
      jobMs: 3_600_000,
    });
  });

  test("says how long and how many are kept", () => {
    expect(limitsOf({ keep: { failedFor: "2h", completedCount: 0 } }, null)).toEqual({
      rate: null,
      attemptMs: null,
      jobMs: null,
      keep: { completedMs: null, failedMs: 7_200_000, completedCount: 0, failedCount: null },
    });
  });

  test("is null where nothing is limited, and says null of what is not", () => {
    expect(limitsOf({}, null)).toBeNull();
    expect(limitsOf({ timeouts: { job: "1s" } }, null)).toEqual({ rate: null, attemptMs: null, jobMs: 1_000 });
    expect(limitsOf({ rateLimit: specs.rateLimit }, { to: "ada" })).toMatchObject({ attemptMs: null, jobMs: null });
  });
});

describe("assertLimits", () => {
  test("lets pass what makes sense", () => {
    expect(() => assertLimits(specs)).not.toThrow();
    expect(() => assertLimits({})).not.toThrow();
  });

  test.each([
    ["a rate of nothing", { rateLimit: { key: () => "k", limit: 0, per: "1m" } }, "Not a rate: 0 in 1m"],
    ["half a start", { rateLimit: { key: () => "k", limit: 0.5, per: "1m" } }, "Not a rate: 0.5 in 1m"],
    ["a rate in no time", { rateLimit: { key: () => "k", limit: 1, per: "0s" } }, 'A limit of no time at all: "0s"'],
    ["no time for an attempt", { timeouts: { attempt: "0ms" } }, 'A limit of no time at all: "0ms"'],
    ["half a job", { keep: { failedCount: 0.5 } }, "Not a number of jobs to keep: 0.5"],
    ["fewer than none", { keep: { completedCount: -1 } }, "Not a number of jobs to keep: -1"],
    ["jobs that are never there", { keep: { completedFor: "0s" } }, 'A limit of no time at all: "0s"'],
    ["a span that is none", { timeouts: { job: "soon" as "1s" } }, `Not a duration: "soon". ${HOW_LONG}`],
  ] as const)("refuses %s", (_what, wrong, message) => {
    expect(() => assertLimits(wrong)).toThrow(new RangeError(message));
  });
});
