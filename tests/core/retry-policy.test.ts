import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { backoffMs, DEFAULT_RETRY_POLICY } from "@/lib/core/retry-policy";

const policy = { maxAttempts: 9, firstDelay: "2s", maxDelay: "15s" } as const;

describe("backoffMs", () => {
  test("doubles with every attempt, up to its cap", () => {
    const longest = [1, 2, 3, 4, 5, 40].map((attempt) => backoffMs(policy, attempt, () => 1));
    expect(longest).toEqual([2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
  });

  test("takes a random share, in whole milliseconds", () => {
    expect([0, 0.25, 0.99999].map((share) => backoffMs(policy, 1, () => share))).toEqual([0, 500, 2_000]);
  });

  test("stays between nothing and the cap, however many attempts there were", () => {
    const attempt = fc.integer({ min: 1, max: 5_000 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(attempt, share, (attempt, share) => {
        const ms = backoffMs(DEFAULT_RETRY_POLICY, attempt, () => share);
        expect(Number.isInteger(ms)).toBe(true);
        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThanOrEqual(15 * 60_000);
      }),
    );
  });
});
