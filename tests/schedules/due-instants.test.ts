import { describe, expect, test } from "vitest";
import { dueInstants } from "@/lib/schedules/due-instants";
import { NOW } from "@/tests/support/builders";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const hourly = { cron: "0 * * * *", timeZone: "UTC", nextAt: NOW };

describe("the instants that are due", () => {
  test.each([
    ["none", "none" as const, [], NOW],
    ["the latest one", "one" as const, [NOW + 3 * HOUR_MS], NOW],
    ["the latest two", { all: 2 }, [NOW + 2 * HOUR_MS, NOW + 3 * HOUR_MS], NOW],
    ["all of them", { all: 9 }, [0, 1, 2, 3].map((hours) => NOW + hours * HOUR_MS), null],
  ])("after hours without a sweep are %s by the policy", (_name, catchUp, instants, missedAt) => {
    const due = dueInstants({ ...hourly, catchUp }, NOW + 3 * HOUR_MS + 10 * MINUTE_MS);
    expect(due).toEqual({ instants, missedAt });
  });

  test.each(["none", "one", { all: 3 }] as const)(
    "are the one that a sweep sees in time, whatever the policy",
    (catchUp) => {
      expect(dueInstants({ ...hourly, catchUp }, NOW + 5 * MINUTE_MS)).toEqual({ instants: [NOW], missedAt: null });
    },
  );

  test("are few after years, and found at once", () => {
    const minutely = { cron: "* * * * *", timeZone: "Europe/Berlin", nextAt: 0, catchUp: { all: 100 } };
    const { instants, missedAt } = dueInstants(minutely, NOW);
    expect(instants).toEqual(Array.from({ length: 100 }, (_, i) => NOW - (99 - i) * MINUTE_MS));
    expect(missedAt).toBe(0);
  });

  test("are none if the zone's rules have changed, so that what was expected is not an instant any more", () => {
    expect(dueInstants({ ...hourly, nextAt: NOW + MINUTE_MS, catchUp: "one" }, NOW + 2 * MINUTE_MS)).toEqual({
      instants: [],
      missedAt: NOW + MINUTE_MS,
    });
  });
});
