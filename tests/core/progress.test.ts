import { describe, expect, test } from "vitest";
import { z } from "zod";
import { type Checkpoint, rowsOf, type StageRecord } from "@/lib/core/checkpoint";
import { etaMs, percentOf, smoothedRate } from "@/lib/core/progress";

const aResumable = (weight?: number) => ({ label: "Counting", cursor: z.int(), weight });
const running = (done: number, total?: number): StageRecord => ({
  state: "running",
  cursor: done,
  done,
  failed: 0,
  ...(total === undefined ? {} : { total }),
});
const DONE: StageRecord = { state: "done", result: null };
const after = (stages: Checkpoint["stages"]): Checkpoint => ({ stages, datasets: {} });

describe("percentOf", () => {
  test("is 0 before anything is done", () => {
    expect(percentOf({ count: aResumable() }, after({}))).toBe(0);
  });

  test("is the share of the only resumable stage; stages run once weigh nothing", () => {
    const stages = { read: "Reading", count: aResumable(), end: "Ending" };
    expect(percentOf(stages, after({ read: DONE, count: running(1, 3) }))).toBe(33.3);
  });

  test("is shared by weight", () => {
    const stages = { first: aResumable(3), second: aResumable() };
    expect(percentOf(stages, after({ first: DONE }))).toBe(75);
    expect(percentOf(stages, after({ first: DONE, second: running(5, 10) }))).toBe(87.5);
  });

  test("leaves out stages that the job has gone past without beginning them, and no others", () => {
    const stages = { first: aResumable(3), second: aResumable(), third: aResumable() };
    expect(percentOf(stages, after({ second: running(5, 10) }))).toBe(25);
    expect(percentOf(stages, after({ second: DONE, third: DONE }))).toBe(99.9);
  });

  test("is held at 99.9 until the job has completed, also beyond a total that was too small", () => {
    expect(percentOf({ count: aResumable() }, after({ count: running(12, 10) }))).toBe(99.9);
    expect(percentOf({ count: aResumable() }, after({ count: DONE }))).toBe(99.9);
  });

  test.each([running(5), running(0, 0)])("knows nothing of a stage without a total", (record) => {
    expect(percentOf({ count: aResumable() }, after({ count: record }))).toBe(0);
  });

  test("is 0 for a job of stages that all run once", () => {
    expect(percentOf({ read: "Reading" }, after({ read: DONE }))).toBe(0);
  });
});

describe("smoothedRate", () => {
  test("is at first what was just measured", () => {
    expect(smoothedRate(undefined, 500, 2_000)).toBe(250);
  });

  test("moves towards what was measured, by more the longer it was measured", () => {
    expect(smoothedRate(100, 200, 1_000)).toBeCloseTo(109.5, 1);
    expect(smoothedRate(100, 2_000, 10_000)).toBeCloseTo(163.2, 1);
  });

  test.each([0, -5])("stays as it was when %i ms have passed", (elapsedMs) => {
    expect(smoothedRate(100, 50, elapsedMs)).toBe(100);
    expect(smoothedRate(undefined, 50, elapsedMs)).toBeUndefined();
  });
});

describe("etaMs", () => {
  test("is what is left at the present rate", () => {
    expect(etaMs({ ...running(4, 10), rate: 3 } as StageRecord)).toBe(2_000);
  });

  test("is 0 when more was done than there was to do", () => {
    expect(etaMs({ ...running(12, 10), rate: 3 } as StageRecord)).toBe(0);
  });

  test.each([undefined, DONE, running(4, 10), { ...running(4), rate: 3 }, { ...running(4, 10), rate: 0 }])(
    "is unknown without a running stage, a total and a rate: %j",
    (record) => {
      expect(etaMs(record as StageRecord | undefined)).toBeNull();
    },
  );
});

describe("rowsOf", () => {
  test("adds up what each worker wrote", () => {
    expect(rowsOf([aRun("w1", 3), aRun("w2", 4)])).toBe(7);
    expect(rowsOf(undefined)).toBe(0);
  });
  const aRun = (token: string, rows: number) => ({ token, parts: 1, rows });
});
