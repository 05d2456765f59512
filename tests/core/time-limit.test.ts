import { describe, expect, test } from "vitest";
import { isBeginning, isOverdueAt, notAfterItsEnd, ranMs, timedOutMessage, timeLimitOf } from "@/lib/core/time-limit";
import { aJob, NOW } from "@/tests/support/builders";

const limits = { rate: null, attemptMs: 5_000, jobMs: null };

describe("timeLimitOf", () => {
  test("is null for a job without one, and for a slice of which nobody knows when it began", () => {
    expect(timeLimitOf(aJob("running", { claimedAt: NOW }))).toBeNull();
    expect(timeLimitOf(aJob("running", { limits, claimedAt: null }))).toBeNull();
  });

  test("is what the attempt has left, after what it ran in slices before", () => {
    const job = aJob("running", { limits, claimedAt: NOW, attemptRanMs: 2_000 });
    expect(timeLimitOf(job)).toEqual({ at: NOW + 3_000, isFinal: false });
    expect(isOverdueAt(job, NOW + 2_999)).toBe(false);
    expect(isOverdueAt(job, NOW + 3_000)).toBe(true);
  });

  test.each([
    ["sooner", NOW + 4_000, { at: NOW + 4_000, isFinal: true }],
    ["at the same time", NOW + 5_000, { at: NOW + 5_000, isFinal: true }],
    ["later", NOW + 6_000, { at: NOW + 5_000, isFinal: false }],
  ])("is that of the job if it ends %s", (_when, endsBy, limit) => {
    expect(timeLimitOf(aJob("running", { limits, claimedAt: NOW, endsBy }))).toEqual(limit);
    expect(timeLimitOf(aJob("running", { endsBy }))).toEqual({ at: endsBy, isFinal: true });
  });
});

test("isOverdueAt never holds without a limit", () => {
  expect(isOverdueAt(aJob("running"), Number.MAX_SAFE_INTEGER)).toBe(false);
});

test("ranMs adds this slice to those before; a clock set back takes nothing away", () => {
  const job = aJob("running", { claimedAt: NOW, attemptRanMs: 2_000 });
  expect([ranMs(job, NOW + 500), ranMs(job, NOW - 500)]).toEqual([2_500, 2_000]);
  expect(ranMs({ ...job, claimedAt: null }, NOW + 500)).toBe(2_000);
});

test("isBeginning tells a new attempt from one that goes on", () => {
  expect(isBeginning(aJob("queued"))).toBe(true);
  expect(isBeginning(aJob("queued", { begunAttempt: 1 }))).toBe(false);
  expect(isBeginning(aJob("queued", { begunAttempt: 1, attempt: 2 }))).toBe(true);
});

test("notAfterItsEnd lets nobody look at a job later than it must have ended", () => {
  expect(notAfterItsEnd(NOW + 9, aJob("queued"))).toBe(NOW + 9);
  expect(notAfterItsEnd(NOW + 9, aJob("queued", { endsBy: NOW + 5 }))).toBe(NOW + 5);
  expect(notAfterItsEnd(null, aJob("queued"))).toBeNull();
  expect(notAfterItsEnd(null, aJob("queued", { endsBy: NOW + 5 }))).toBe(NOW + 5);
  expect(notAfterItsEnd(NOW + 3, aJob("queued", { endsBy: NOW + 5 }))).toBe(NOW + 3);
});

test("timedOutMessage says whose time it was", () => {
  const messages = [true, false].map((isFinal) => timedOutMessage({ at: NOW, isFinal }));
  expect(messages).toEqual(["The job took longer than it may.", "An attempt of the job ran longer than it may."]);
});
