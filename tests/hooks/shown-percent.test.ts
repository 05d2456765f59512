import { describe, expect, test } from "vitest";
import { jobPercent, nextShown, uploadPercent } from "@/lib/hooks/shown-percent";
import { aCompletedJobView, aJobView } from "@/tests/components/a-job-view";

const at = (percent: number, over: Parameters<typeof aJobView>[0] = {}) =>
  aJobView({ progress: { percent, rate: null, etaMs: null }, ...over });

describe("the one bar", () => {
  test("begins for a job where its upload ended", () => {
    expect(uploadPercent(500, 1_000)).toBe(10);
    expect(uploadPercent(1_000, 1_000)).toBe(20);
    expect(jobPercent(at(0))).toBe(20);
    expect(jobPercent(at(50))).toBe(60);
    expect(jobPercent(at(50, { input: {} }))).toBe(50);
  });

  test("is full only when the job has completed", () => {
    expect(jobPercent(at(99.99))).toBe(99.9);
    expect(jobPercent(aCompletedJobView())).toBe(100);
  });
});

describe("nextShown", () => {
  test("never goes backwards", () => {
    const shown = nextShown(null, at(50));
    expect(nextShown(shown, at(40, { updatedAt: 6_000 }))).toMatchObject({ percent: 60, updatedAt: 6_000 });
  });

  test("ignores an answer that was overtaken", () => {
    const shown = nextShown(null, aCompletedJobView());
    expect(nextShown(shown, at(40))).toBe(shown);
  });

  test("falls where a job that had ended begins again", () => {
    const failed = nextShown(null, at(50, { state: "failed", updatedAt: 6_000 }));
    expect(nextShown(failed, at(0, { state: "queued", updatedAt: 7_000 }))).toMatchObject({ percent: 20 });
  });
});
