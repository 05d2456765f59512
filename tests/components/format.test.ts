import { describe, expect, test } from "vitest";
import { amountText, doneOfTotal } from "@/components/format/amount-text";
import { bytesText } from "@/components/format/bytes-text";
import { countOf } from "@/components/format/count-text";
import { agoText, durationInWords, durationText } from "@/components/format/duration-text";
import { monthText } from "@/components/format/instant-text";
import { moneyText } from "@/components/format/money-text";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe("money", () => {
  test.each([
    ["1234.50", "USD", "$1,234.50"],
    ["-0.01", "USD", "-$0.01"],
    ["90071992547409931.07", "USD", "$90,071,992,547,409,931.07"],
    ["500", "JPY", "¥500"],
    ["1.250", "KWD", "KWD 1.250"],
    ["12.30", null, "12.30"],
    ["12.30", "not a code", "12.30"],
    ["n/a", "USD", "n/a"],
  ])("%s %s is %s, digit by digit", (amount, currency, text) => {
    expect(moneyText(amount, currency).replaceAll("\u00a0", " ")).toBe(text);
  });
});

describe("amounts", () => {
  test.each([
    [0, "0 B"],
    [999, "999 B"],
    [4_194_304, "4.2 MB"],
    [76_467_613, "76.5 MB"],
    [999_999_999_999, "1,000 GB"],
  ])("%d bytes are %s", (bytes, text) => expect(bytesText(bytes)).toBe(text));

  test("name their unit once", () => {
    expect(doneOfTotal(12_340, 50_000, "rows")).toBe("12,340 of 50,000 rows");
    expect(doneOfTotal(29_100_000, 76_467_613, "bytes")).toBe("29.1 MB of 76.5 MB");
    expect(amountText(1_200.4, undefined)).toBe("1,200");
    expect(countOf(1, "row", "rows")).toBe("1 row");
  });
});

describe("spans of time", () => {
  test.each([
    [2 * SECOND, "a few seconds"],
    [32 * SECOND, "about 30 seconds"],
    [70 * SECOND, "about a minute"],
    [12 * MINUTE, "about 12 minutes"],
    [80 * MINUTE, "about an hour"],
    [5 * HOUR, "about 5 hours"],
    [30 * HOUR, "about a day"],
    [50 * HOUR, "about 2 days"],
  ])("%d ms are %s in words", (ms, text) => expect(durationInWords(ms)).toBe(text));

  test.each([
    [-5, "0.0 s"],
    [840, "0.8 s"],
    [12 * SECOND, "12 s"],
    [200 * SECOND, "3 min 20 s"],
    [65 * MINUTE, "1 h 5 min"],
    [48 * HOUR, "2 d"],
  ])("%d ms are %s to compare", (ms, text) => expect(durationText(ms)).toBe(text));

  test("are told in one unit when past", () => {
    expect([0, 3 * SECOND, 200 * SECOND].map(agoText)).toEqual(["just now", "3 s ago", "3 min ago"]);
  });
});

test("a month is told by name, and what is none as it is", () => {
  expect([monthText("2025-04"), monthText("2025-13")]).toEqual(["Apr 2025", "2025-13"]);
});
