import { describe, expect, test } from "vitest";
import { check } from "@/rehearsal/check";
import type { JobRecord, Observed } from "@/rehearsal/observed";

const OUTPUT = {
  summary: {
    rows: 1,
    imported: 1,
    duplicates: 0,
    rejected: 0,
    income: "1.00",
    expenses: "0.00",
    savings: "0.00",
    net: "1.00",
    currency: null,
    from: "2025-01-01",
    to: "2025-01-01",
    months: [],
  },
  bytes: {
    transactions: { size: 10, lines: 1, sha256: "aa" },
    rejected: { size: 0, lines: 0, sha256: "bb" },
  },
};

const aRecord = (change: Partial<JobRecord> = {}): JobRecord => ({
  name: "main job",
  id: "job_1",
  mayBeCancelled: false,
  end: { state: "completed", attempt: 1, error: null },
  isOver: true,
  seen: [
    { percent: 0, rows: 0 },
    { percent: 40, rows: 10 },
    { percent: 100, rows: 20 },
  ],
  ownJobs: 1,
  expected: OUTPUT,
  found: OUTPUT,
  ...change,
});

/** What is said to be broken. */
const brokenIn = (observed: Partial<Observed>): string[] =>
  check({ jobs: [], troubles: [], lives: [], throws: new Map(), watchedLateMs: 0, ...observed }).flatMap(
    ({ broken }) => broken,
  );

describe("check", () => {
  test("finds nothing broken in a job that went well", () => {
    expect(brokenIn({ jobs: [aRecord()] })).toEqual([]);
  });

  test.each<readonly [string, Partial<JobRecord>, string]>([
    [
      "a job that never ends",
      { isOver: false, end: { state: "running", attempt: 1, error: null }, found: null },
      "is still running",
    ],
    [
      "a job that fails",
      { end: { state: "failed", attempt: 1, error: { code: "worker_lost", message: "Lost." } }, found: null },
      "ended failed: Lost. (worker_lost)",
    ],
    [
      "a job cancelled by nobody",
      { end: { state: "cancelled", attempt: 1, error: null }, found: null },
      "ended cancelled",
    ],
    ["another result", { found: { ...OUTPUT, summary: { ...OUTPUT.summary, imported: 2 } } }, "has another result"],
    ["a second job", { ownJobs: 2 }, "became 2 jobs"],
    [
      "progress that goes back",
      {
        seen: [
          { percent: 40, rows: 10 },
          { percent: 39, rows: 10 },
        ],
      },
      "went back to 39 % and 10 rows",
    ],
    [
      "rows that are taken back",
      {
        seen: [
          { percent: 40, rows: 10 },
          { percent: 41, rows: 9 },
        ],
      },
      "went back to 41 % and 9 rows",
    ],
    [
      "an attempt that nothing cost",
      { end: { state: "completed", attempt: 2, error: null } },
      "is at attempt 2 although it threw 0 times",
    ],
  ])("finds %s", (_what, change, how) => {
    expect(brokenIn({ jobs: [aRecord(change)] })).toEqual([`main job (job_1) ${how}`]);
  });

  test("finds a dataset that is not byte for byte the same", () => {
    const bytes = { ...OUTPUT.bytes, rejected: { size: 0, lines: 0, sha256: "cc" } };
    expect(brokenIn({ jobs: [aRecord({ found: { ...OUTPUT, bytes } })] })).toEqual([
      expect.stringContaining("main job (job_1) exported "),
    ]);
  });

  test("takes a cancelled job for ended if its owner wanted that, and a throw for a reason of an attempt", () => {
    const cancelled = aRecord({
      mayBeCancelled: true,
      end: { state: "cancelled", attempt: 1, error: null },
      found: null,
    });
    const retried = aRecord({ end: { state: "completed", attempt: 2, error: null } });
    expect(brokenIn({ jobs: [cancelled, retried], throws: new Map([["job_1", 1]]) })).toEqual([]);
  });

  test("finds a process that outlives its limit, but lets the system bury it", () => {
    const life = { pid: 7, mustEndAt: 1_000, ending: "killed at its limit" } as const;
    expect(brokenIn({ lives: [{ ...life, endedAt: 1_900 }] })).toEqual([]);
    expect(brokenIn({ lives: [{ ...life, endedAt: 2_500 }] })).toEqual(["process 7 by 1500 ms"]);
    expect(brokenIn({ lives: [{ ...life, endedAt: 2_500 }], watchedLateMs: 600 })).toEqual([]);
  });

  test("hands on what an owner was in trouble with", () => {
    expect(brokenIn({ troubles: ["lane 1, job 1: refused"] })).toEqual(["lane 1, job 1: refused"]);
  });
});
