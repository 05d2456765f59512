import { describe, expect, test } from "vitest";
import { waitAfter } from "@/lib/webhooks/retry-times";
import { HOUR_MS, NOW } from "@/tests/support/builders";

const circumstances = { createdAt: NOW, now: NOW, askedMs: null, random: () => 0.5 };

describe("waitAfter", () => {
  test("waits longer each time, for a day in all", () => {
    const waits: number[] = [];
    let now = NOW;
    for (let attempt = 1; ; attempt += 1) {
      const wait = waitAfter(attempt, { ...circumstances, now });
      if (wait === null) break;
      waits.push(wait);
      now += wait;
    }
    expect(waits.slice(0, 4)).toEqual([5_000, 30_000, 120_000, 600_000]);
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect((now - NOW) / HOUR_MS).toBeCloseTo(23.7, 1);
  });

  test("spreads by a fifth", () => {
    expect([0, 1].map((chance) => waitAfter(1, { ...circumstances, random: () => chance }))).toEqual([4_000, 6_000]);
  });

  test("waits as long as the receiver asks for, and asks once more when the day ends", () => {
    expect(waitAfter(1, { ...circumstances, askedMs: 90_000 })).toBe(90_000);
    expect(waitAfter(3, { ...circumstances, askedMs: 1_000 })).toBe(120_000);
    expect(waitAfter(1, { ...circumstances, askedMs: 100 * HOUR_MS })).toBe(24 * HOUR_MS);
    expect(waitAfter(2, { ...circumstances, now: NOW + 24 * HOUR_MS })).toBeNull();
  });
});
