import { describe, expect, test } from "vitest";
import { randomToken, systemRandom } from "@/lib/random";

describe("chance", () => {
  test("is a number from 0 to 1", () => {
    const numbers = Array.from({ length: 1_000 }, systemRandom);
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
  });

  test("makes tokens of 128 bits in hex, none of them twice", () => {
    const tokens = Array.from({ length: 1_000 }, randomToken);
    expect(tokens.every((token) => /^[0-9a-f]{32}$/.test(token))).toBe(true);
    expect(new Set(tokens).size).toBe(1_000);
  });
});
