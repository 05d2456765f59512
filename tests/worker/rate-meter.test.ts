import { describe, expect, test } from "vitest";
import type { StageRecord } from "@/lib/core/checkpoint";
import { createRateMeter } from "@/lib/worker/rate-meter";

const at = (done: number, rate?: number): StageRecord => ({
  state: "running",
  cursor: done,
  done,
  failed: 0,
  ...(rate === undefined ? {} : { rate }),
});

describe("createRateMeter", () => {
  test("measures from the beginning of a slice to its first commit, then from commit to commit", () => {
    const meter = createRateMeter(0);
    meter.begin("count", 0);
    expect(meter.measure("count", at(50), 500)).toEqual(at(50, 100));
    meter.begin("count", 50); // told at every safe point, which changes nothing
    expect(meter.measure("count", at(150, 100), 1_500)).toEqual(at(150, 100));
  });

  test("counts only what this slice did, and goes on with the rate before", () => {
    const meter = createRateMeter(0);
    meter.begin("count", 1_000);
    expect(meter.measure("count", at(1_100, 100), 1_000)).toEqual(at(1_100, 100));
  });

  test("begins anew with the next stage", () => {
    const meter = createRateMeter(0);
    meter.begin("count", 0);
    meter.measure("count", at(50), 500);
    meter.begin("sum", 0);
    expect(meter.measure("sum", at(10), 1_500)).toEqual(at(10, 10));
  });

  test("says nothing where no time has passed, of a finished stage, and of one it was not told of", () => {
    const meter = createRateMeter(0);
    meter.begin("count", 0);
    expect(meter.measure("count", at(50), 0)).toEqual(at(50));
    const done: StageRecord = { state: "done", result: 7 };
    expect(meter.measure("count", done, 500)).toEqual(done);
    expect(meter.measure("sum", at(5), 500)).toEqual(at(5));
  });
});
