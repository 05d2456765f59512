import { describe, expect, test } from "vitest";
import { claim, putOff } from "@/lib/core/claim-job";
import type { JobLimits } from "@/lib/core/job-limits";
import { aJob, LEASE_MS, NOW } from "@/tests/support/builders";

const LATER = NOW + 60_000;
const lease = { token: "w2", leasedUntil: LATER + LEASE_MS, now: LATER };
const limits: JobLimits = {
  rate: { key: "k", limit: 1, perMs: 1_000, slotAt: LATER },
  attemptMs: 5_000,
  jobMs: 9_000,
};

describe("claim", () => {
  test("hands a job to one worker, counts the slice and begins the attempt", () => {
    const { rank: _rank, ...facts } = aJob("queued", { last: { token: "w1", answer: "settled" } });
    expect(claim({ ...facts, rank: 1 }, lease)).toEqual({
      ...facts,
      state: "running",
      token: "w2",
      leasedUntil: LATER + LEASE_MS,
      claimedAt: LATER,
      isOverdue: false,
      stop: null,
      startedAt: LATER,
      slices: 1,
      begunAttempt: 1,
      last: null,
      updatedAt: LATER,
    });
  });

  test("remembers when the job was claimed for the first time", () => {
    expect(claim(aJob("queued", { startedAt: NOW - 9 }), lease).startedAt).toBe(NOW - 9);
  });

  test("begins the job's time with its first claim, and uses up its slot", () => {
    expect(claim(aJob("queued", { limits }), lease)).toMatchObject({
      endsBy: LATER + 9_000,
      limits: { ...limits, rate: { ...limits.rate, slotAt: null } },
    });
    expect(claim(aJob("queued", { limits, endsBy: NOW }), lease).endsBy).toBe(NOW);
  });

  test("goes on with the time of an attempt that was begun, and forgets that of the one before", () => {
    const ran = { attemptRanMs: 3_000, attempt: 2 };
    expect(claim(aJob("queued", { ...ran, begunAttempt: 2 }), lease).attemptRanMs).toBe(3_000);
    expect(claim(aJob("queued", { ...ran, begunAttempt: 1 }), lease)).toMatchObject({
      attemptRanMs: 0,
      begunAttempt: 2,
    });
  });
});

test("putOff schedules a job for its slot, which costs it nothing", () => {
  const { rank: _rank, ...facts } = aJob("queued", {
    limits: { ...limits, rate: { ...limits.rate, slotAt: null } } as JobLimits,
  });
  expect(putOff({ ...facts, rank: 1 }, LATER, NOW)).toEqual({ ...facts, state: "scheduled", limits, runAt: LATER });
});
