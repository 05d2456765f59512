import { describe, expect, test } from "vitest";
import { PART_SIZE, partBytes, partCount } from "@/lib/core/upload";

describe("the parts of an upload", () => {
  test.each([
    [0, 0],
    [1, 1],
    [PART_SIZE, 1],
    [PART_SIZE + 1, 2],
    [10 * PART_SIZE, 10],
  ])("of %i bytes are %i", (size, count) => {
    expect(partCount(size)).toBe(count);
  });

  test("are all of one size but the last, and together as large as the file", () => {
    const bytes = [1, 2, 3].map((n) => partBytes(n, 25, 10));
    expect(bytes).toEqual([10, 10, 5]);
    expect(partBytes(2, 2 * PART_SIZE)).toBe(PART_SIZE);
  });

  test.each([0, 4, -1, 1.5, Number.NaN])("know no part number %d of three", (n) => {
    expect(partBytes(n, 25, 10)).toBeNull();
  });
});
