import { describe, expect, test } from "vitest";
import { cursorAfter, parseCursor } from "@/lib/core/score-cursor";

/** Walks down a list from page to page, as a ledger would answer them. */
function walk(scores: readonly number[], limit: number): number[][] {
  const pages: number[][] = [];
  for (let cursor: string | null = null, isFirst = true; isFirst || cursor !== null; isFirst = false) {
    const from = parseCursor(cursor);
    const below = scores.filter((score) => score <= (from.max ?? Number.POSITIVE_INFINITY));
    const page = below.slice(from.offset ?? 0, (from.offset ?? 0) + limit);
    pages.push(page);
    cursor = cursorAfter(
      page.map((score, i) => ({ member: `${i}`, score })),
      from,
      limit,
    );
  }
  return pages;
}

describe("a cursor by score", () => {
  test("leads through all members once, also where more share a score than a page can hold", () => {
    expect(walk([9, 7, 7, 7, 7, 7, 2], 2)).toEqual([[9, 7], [7, 7], [7, 7], [2]]);
    expect(walk([5, 5, 5, 5], 2)).toEqual([[5, 5], [5, 5], []]);
    expect(walk([], 2)).toEqual([[]]);
  });

  test("ends with a page that is not full", () => {
    expect(cursorAfter([{ member: "a", score: 5 }], {}, 2)).toBeNull();
    expect(cursorAfter([], {}, 2)).toBeNull();
  });

  test("counts on within a score that it began in the middle of", () => {
    expect(cursorAfter([{ member: "a", score: 5 }], { max: 5 }, 1)).toBe("5.1");
    expect(cursorAfter([{ member: "a", score: 5 }], { max: 5, offset: 3 }, 1)).toBe("5.4");
  });

  test.each([null, "", "5", "5.", "-1.0", "5.0.0", "abc", "5.9007199254740992", `${"9".repeat(100)}.0`])(
    "begins at the top for %j",
    (cursor) => {
      expect(parseCursor(cursor)).toEqual({});
    },
  );
});
