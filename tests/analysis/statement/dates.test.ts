import { describe, expect, test } from "vitest";
import { countDate, decidedOrder, noDateVotes } from "@/lib/analysis/statement/date-order";
import { parseDate } from "@/lib/analysis/statement/dates";

describe("parseDate", () => {
  test.each([
    ["2025-04-15", "ymd"],
    ["2025/04/15", "ymd"],
    ["2025-04-15T10:20:30Z", "ymd"],
    ["2025-04-15 10:20:30", "ymd"],
    ["15-04-2025", "dmy"],
    ["15/04/2025", "dmy"],
    ["15.04.2025", "dmy"],
    ["15.4.25", "dmy"],
    ["15/04/2025 09:30", "dmy"],
    ["04/15/2025", "mdy"],
    ["15-Apr-2025", "named"],
    ["15 Apr 2025", "dmy"],
    ["15 April 2025", "mdy"],
    ["15-Apr-25", "named"],
  ] as const)("reads %s as %s", (text, order) => {
    expect(parseDate(text, order)).toEqual({ date: "2025-04-15", day: 20_193 });
  });

  test.each([
    ["2025-13-40", "ymd"],
    ["31/02/2025", "dmy"],
    ["29/02/2025", "dmy"],
    ["15/04/2025", "mdy"],
    ["2025-04-15", "dmy"],
    ["15/04-2025", "dmy"],
    ["15/04/202", "dmy"],
    ["15-Foo-2025", "named"],
    ["15/04/2025", "named"],
    ["yesterday", "dmy"],
  ] as const)("refuses %s as %s", (text, order) => {
    expect(parseDate(text, order)).toBeNull();
  });

  test("knows leap years", () => {
    expect(parseDate("29/02/2024", "dmy")?.date).toBe("2024-02-29");
  });
});

describe("the date order of a column", () => {
  const decided = (...texts: string[]) => {
    const votes = noDateVotes();
    texts.forEach((text, index) => {
      countDate(votes, text, index + 2);
    });
    return decidedOrder(votes);
  };
  test.each([
    [["03/04/2025", "15/04/2025"], "dmy"],
    [["03/04/2025", "04/15/2025"], "mdy"],
    [["2025-04-03"], "ymd"],
    [["03 Apr 2025"], "named"],
    [["05/05/2025"], "dmy"],
    [["15/04/2025", "16/04/2025", "04/17/2025"], "dmy"],
    [["15/04/2025", "04/17/2025"], null],
    [["03/04/2025", "04/04/2025"], null],
  ] as const)("of %j is %s", (texts, order) => {
    expect(decided(...texts)).toBe(order);
  });
});
