import { describe, expect, test } from "vitest";
import { errorFingerprint, normalised } from "@/lib/core/error-fingerprint";

describe("normalised", () => {
  test.each([
    ["Row 12 of 3,400.5 is broken at -7.", "Row <n> of <n> is broken at <n>."],
    ["No column called 'Amount'.", "No column called <text>."],
    ['Unexpected "a \\"b\\"" and `x` and “y” and «z»', "Unexpected <text> and <text> and <text> and <text>"],
    ["It can't be read, don't ask.", "It can't be read, don't ask."],
    ["No file file_01jd9xk3a2 of job_1.", "No file <id> of <id>."],
    ["Request 6f1c2a44-90ab-4cde-8f01-23456789abcd failed", "Request <id> failed"],
    ["At 0xff09 and deadbeef01", "At <hex> and <hex>"],
    ["A decade of facade", "A decade of facade"],
    ["Cannot open /var/data/a-1.csv or ../b/c.txt", "Cannot open <path> or <path>"],
    ["Cannot open C:\\data\\a.csv", "Cannot open <path>"],
    ["GET https://api.test/v1/x?id=3 answered 503", "GET <url> answered <n>"],
    ["two\n  lines ", "two lines"],
    ["either/or", "either/or"],
  ])("%s", (message, expected) => {
    expect(normalised(message)).toBe(expected);
  });

  test("looks at no more than a thousand characters", () => {
    expect(normalised("x".repeat(5_000))).toHaveLength(1_000);
  });
});

describe("errorFingerprint", () => {
  const of = (name: string, code: string, message: string) => errorFingerprint(name, { code, message });

  test("is the same for failures that differ in their figures", () => {
    expect(of("a", "down", "Line 1 of 'x.csv'")).toBe(of("a", "down", "Line 277 of 'y.csv'"));
  });

  test("tells jobs, codes and messages apart", () => {
    const all = [of("a", "down", "It is down."), of("b", "down", "It is down."), of("a", "up", "It is down.")];
    expect(new Set([...all, of("a", "down", "It is gone.")]).size).toBe(4);
  });

  test("has thirteen characters, and never changes: stored failures are found by it", () => {
    expect(of("a", "down", "It is down.")).toMatch(/^[0-9a-z]{13}$/);
    expect(of("transactions.import", "storage_failed", "Zürich is full.")).toBe("245nkttu5aosc");
  });
});
