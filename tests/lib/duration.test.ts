import { describe, expect, test } from "vitest";
import { type Duration, HOW_LONG, toMs } from "@/lib/duration";

describe("toMs", () => {
  test.each([
    ["250ms", 250],
    ["30s", 30_000],
    ["5m", 300_000],
    ["2h", 7_200_000],
    ["1d", 86_400_000],
    ["0s", 0],
  ] as const)("reads %s as %d ms", (duration, ms) => {
    expect(toMs(duration)).toBe(ms);
  });

  test.each(["", "10", "s", "1.5s", "-1s", "10 s", "10min", "1s2s", " 1s"])(
    "refuses %j, instead of taking it for 0",
    (text) => {
      expect(() => toMs(text as Duration)).toThrow(new RangeError(`Not a duration: "${text}". ${HOW_LONG}`));
    },
  );

  test("refuses what is so long that its end could not be written down", () => {
    expect(toMs("365000d")).toBe(31_536_000_000_000);
    expect(() => toMs("365001d")).toThrow(RangeError);
  });
});
