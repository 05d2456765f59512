import { describe, expect, test } from "vitest";
import { createTimeBudget } from "@/lib/core/time-budget";

/** A budget of ten seconds, at the given instant of it. */
function aBudget(budgetMs = 10_000) {
  let now = 0;
  const shutdown = new AbortController();
  const budget = createTimeBudget({ deadline: budgetMs, clock: () => now, shutdown: shutdown.signal });
  const hasTimeLeftAt = (instant: number) => {
    now = instant;
    return budget.hasTimeLeft();
  };
  return { budget, hasTimeLeftAt, shutDown: () => shutdown.abort() };
}

describe("createTimeBudget", () => {
  test("ends half a second before its deadline", () => {
    const { budget, hasTimeLeftAt } = aBudget();
    expect(budget.deadline).toBe(10_000);
    expect([hasTimeLeftAt(9_499), hasTimeLeftAt(9_500)]).toEqual([true, false]);
  });

  test("ends sooner by twice the slowest gap between safe points", () => {
    const { budget, hasTimeLeftAt } = aBudget();
    for (const gapMs of [200, 1_000, 300]) budget.observe(gapMs);
    expect([hasTimeLeftAt(7_999), hasTimeLeftAt(8_000)]).toEqual([true, false]);
  });

  test("gives a very slow job three quarters of its time all the same", () => {
    const { budget, hasTimeLeftAt } = aBudget();
    budget.observe(60_000);
    expect([hasTimeLeftAt(7_499), hasTimeLeftAt(7_500)]).toEqual([true, false]);
  });

  test("keeps a quarter of a small budget only", () => {
    const { hasTimeLeftAt } = aBudget(400);
    expect([hasTimeLeftAt(299), hasTimeLeftAt(300)]).toEqual([true, false]);
  });

  test("is spent as soon as the process was asked to end", () => {
    const { hasTimeLeftAt, shutDown } = aBudget();
    expect(hasTimeLeftAt(0)).toBe(true);
    shutDown();
    expect(hasTimeLeftAt(0)).toBe(false);
  });

  test("is spent from the beginning when its deadline has passed", () => {
    expect(aBudget(-1).hasTimeLeftAt(0)).toBe(false);
  });
});
