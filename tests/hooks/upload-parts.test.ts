import { describe, expect, test } from "vitest";
import { missingParts, partBytes, partRange } from "@/lib/hooks/upload-parts";

describe("the parts of an upload", () => {
  test.each([
    [35, [], [1, 2, 3, 4]],
    [35, [4, 1], [2, 3]],
    [30, [1, 2, 3], []],
    [1, [], [1]],
  ])("of %d bytes with %j here, lack %j", (size, parts, missing) => {
    expect(missingParts({ size, partSize: 10, parts })).toEqual(missing);
  });

  test("follow one another without a gap, the last one shorter", () => {
    const layout = { size: 35, partSize: 10 };
    expect([1, 2, 3, 4].map((n) => partRange(n, layout))).toEqual([
      { start: 0, end: 10 },
      { start: 10, end: 20 },
      { start: 20, end: 30 },
      { start: 30, end: 35 },
    ]);
    expect(partBytes(4, layout)).toBe(5);
  });
});
