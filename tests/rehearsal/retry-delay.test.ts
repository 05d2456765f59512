import { describe, expect, test } from "vitest";
import { retryDelayMs, standardDelayMs } from "@/rehearsal/retry-delay";

describe("retryDelayMs", () => {
  test.each([
    ["35000", 0, 35_000],
    ["pow(2, retried) * 1000", 3, 8_000],
    ["max(1000, min(retried * 700, 1500))", 2, 1_400],
    ["1000 * (1 + retried) / 4", 1, 500],
    ["round(exp(retried))", 1, 3],
    ["2 - 5", 0, 0],
    ["pow(10, 12)", 0, 86_400_000],
  ])("computes %s after %i retries", (expression, retried, ms) => {
    expect(retryDelayMs(expression, retried)).toBe(ms);
  });

  test.each(["", "soon", "1000)", "pow(2", "1 2", "process.exit()"])("refuses %j", (expression) => {
    expect(() => retryDelayMs(expression, 0)).toThrow("is no retry delay");
  });
});

test("standardDelayMs grows as QStash's own does: 12 s, then two and a half minutes, at most a day", () => {
  expect([0, 1, 9].map((retried) => Math.round(standardDelayMs(retried) / 1_000))).toEqual([12, 148, 86_400]);
});
