import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DecimalMark, parseAmount, plainAmount } from "@/lib/analysis/statement/amounts";
import { countDecimal, decidedDecimal } from "@/lib/analysis/statement/decimal-mark";
import { formatMinor, fractionDigits } from "@/lib/money";

const minorOf = (text: string, decimal: DecimalMark = ".", digits = 2) => {
  const amount = parseAmount(text, { decimal, digits });
  return typeof amount === "string" ? amount : amount.minor;
};

describe("parseAmount", () => {
  test.each([
    ["1,23,456.78", ".", 12_345_678],
    ["1.234,56", ",", 123_456],
    ["(12.00)", ".", -1_200],
    ["12-", ".", -1_200],
    ["1,200", ".", 120_000],
    ["1 234,50", ",", 123_450],
    ["1\u00a0234,50", ",", 123_450],
    ["1\u202f234,50", ",", 123_450],
    ["1'234.50", ".", 123_450],
    ["1’234’567.8", ".", 123_456_780],
    ["-3.5", ".", -350],
    ["−3.5", ".", -350],
    ["+3.5", ".", 350],
    [".5", ".", 50],
    ["5.00 DR", ".", -500],
    ["5.00D", ".", -500],
    ["5.00 Cr", ".", 500],
    ["5.00 C", ".", 500],
    ["₹1,200.00", ".", 120_000],
    ["Rs. 1,200", ".", 120_000],
    ["Rs1,200", ".", 120_000],
    ["-$5.00", ".", -500],
    ["$-5.00", ".", -500],
    ["($5.00)", ".", -500],
    ["5,00 €", ",", 500],
    ["EUR 5,00", ",", 500],
    ["5.00 USD", ".", 500],
    ["  7  ", ".", 700],
    ["1.234", ",", 123_400],
  ] as const)("reads %s with the decimal mark %s", (text, decimal, minor) => {
    expect(minorOf(text, decimal)).toBe(minor);
  });

  test.each([
    "",
    "abc",
    "1O0",
    "1e5",
    "NaN",
    "--5",
    "(-5)",
    "1.2.3",
    "12,34",
    "1,2345",
    "5 XYZ 3",
    "$5 EUR",
    "5.00 QQQ",
  ])("refuses %s", (text) => {
    expect(minorOf(text)).toBe("amount_invalid");
  });

  test("refuses more places than the currency has, and amounts beyond exact integers", () => {
    expect(minorOf("1.234")).toBe("amount_precision");
    expect(minorOf("1.5", ".", 0)).toBe("amount_precision");
    expect(minorOf("1.234", ".", 3)).toBe(1_234);
    expect(minorOf("99999999999999999.00")).toBe("amount_invalid");
  });

  test("notes what a sign or a code says about the currency", () => {
    expect(parseAmount("€5", { decimal: ".", digits: 2 })).toEqual({ minor: 500, currencies: ["EUR"] });
    expect(parseAmount("5", { decimal: ".", digits: 2 })).toEqual({ minor: 500, currencies: null });
  });

  test("agrees with the quick reading wherever that one answers", () => {
    const text = fc.array(fc.constantFrom(..."0123456789.,-"), { maxLength: 18 }).map((chars) => chars.join(""));
    fc.assert(
      fc.property(
        text,
        fc.constantFrom<DecimalMark>(".", ","),
        fc.integer({ min: 0, max: 3 }),
        (value, decimal, digits) => {
          const quick = plainAmount(value, { decimal, digits });
          fc.pre(!Number.isNaN(quick));
          expect(minorOf(value, decimal, digits)).toBe(quick);
        },
      ),
      { numRuns: 5_000 },
    );
  });

  test("reads back what formatMinor writes", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 3 }), (minor, digits) => {
        expect(minorOf(formatMinor(minor, digits), ".", digits)).toBe(minor);
      }),
    );
  });
});

describe("the decimal mark of a column", () => {
  const decided = (...values: string[]) => {
    const votes = { point: 0, comma: 0 };
    for (const value of values) countDecimal(votes, value);
    return decidedDecimal(votes);
  };
  test.each([
    [["1.234,56"], ","],
    [["1,234.56"], "."],
    [["1.234", "12,5"], ","],
    [["1,200", "3.50"], "."],
    [["1,234,567"], "."],
    [["1.234.567"], ","],
    [["0,500"], ","],
    [["1234,567"], ","],
    [["1,200", "100"], null],
    [["1.200"], null],
    [["3.50", "4,50", "5.50"], "."],
  ] as const)("of %j is %s", (values, mark) => {
    expect(decided(...values)).toBe(mark);
  });
});

test("knows how many places a currency has", () => {
  expect(["EUR", "JPY", "KWD", "ZZZ", null].map(fractionDigits)).toEqual([2, 0, 3, 2, 2]);
});
