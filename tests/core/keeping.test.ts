import { describe, expect, test } from "vitest";
import { finish } from "@/lib/core/job-facts";
import { keptCountOf, keptMsOf, mayWriteLate } from "@/lib/core/keeping";
import { aJob, NOW, RETENTION } from "@/tests/support/builders";

const keep = { completedMs: 5_000, failedMs: 6_000, completedCount: 2, failedCount: 0 };
const limits = { rate: null, attemptMs: null, jobMs: null, keep };
const STATES = ["completed", "failed", "cancelled"] as const;

describe("keptMsOf", () => {
  test("is what the job's limits say, a cancelled one being kept like a completed one", () => {
    expect(STATES.map((state) => keptMsOf({ limits }, state, RETENTION))).toEqual([5_000, 6_000, 5_000]);
    expect(finish(aJob("running", { limits }), "failed", NOW, RETENTION).expiresAt).toBe(NOW + 6_000);
  });

  test.each([
    ["no limits", null],
    ["other limits", { ...limits, keep: undefined }],
    ["only counts", { ...limits, keep: { ...keep, completedMs: null, failedMs: null } }],
  ])("is what all are kept for, for a job with %s", (_what, other) => {
    const { completedMs, failedMs } = RETENTION;
    const kept = STATES.map((state) => keptMsOf({ limits: other }, state, RETENTION));
    expect(kept).toEqual([completedMs, failedMs, completedMs]);
  });
});

test("keptCountOf counts completed and failed jobs apart, and no others", () => {
  const count = (state: string, of: Parameters<typeof keptCountOf>[0]["limits"]) => keptCountOf({ state, limits: of });
  expect([...STATES, "queued"].map((state) => count(state, limits))).toEqual([2, 0, null, null]);
  expect([...STATES].map((state) => count(state, null))).toEqual([null, null, null]);
  expect(keptCountOf({ state: "completed", limits, parent: {} })).toBeNull();
  const uncounted = { ...limits, keep: { ...keep, completedCount: null, failedCount: null } };
  expect([...STATES].map((state) => count(state, uncounted))).toEqual([null, null, null]);
});

test("mayWriteLate excepts jobs that never ran, and those that their first worker has completed", () => {
  const slicesOf = (state: (typeof STATES)[number]) => [0, 1, 2].map((slices) => mayWriteLate({ state, slices }));
  expect(STATES.map(slicesOf)).toEqual([
    [false, false, true],
    [false, true, true],
    [false, true, true],
  ]);
});
