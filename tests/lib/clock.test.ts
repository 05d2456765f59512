import { describe, expect, test, vi } from "vitest";
import { monotonicClock, systemClock } from "@/lib/clock";

describe("the clocks", () => {
  test("answer the system's time, and one that is never set back", () => {
    vi.useFakeTimers({ now: 1_000 });
    try {
      const before = monotonicClock();
      expect(systemClock()).toBe(1_000);
      vi.advanceTimersByTime(500);
      expect(systemClock()).toBe(1_500);
      vi.setSystemTime(0);
      expect(systemClock()).toBe(0);
      expect(monotonicClock()).toBeGreaterThanOrEqual(before);
    } finally {
      vi.useRealTimers();
    }
  });
});
