import { Cron } from "croner";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nextOf, recurrenceOf } from "@/lib/core/recurrence";

const at = (text: string) => Date.parse(text);
/** The first instants after a time, in ISO format without what is always zero. */
const after = (cron: string, timeZone: string, from: string, count: number) =>
  recurrenceOf({ cron, timeZone })
    .after(at(from), count)
    .map((instant) => new Date(instant).toISOString().replace(":00.000Z", "Z"));

const MINUTE_MS = 60_000;

describe("a recurrence", () => {
  test.each([
    ["every minute, after and not at", "* * * * *", "UTC", "2027-01-01T00:00Z", ["2027-01-01T00:01Z"]],
    ["a day's end", "@daily", "UTC", "2027-01-01T05:00Z", ["2027-01-02T00:00Z"]],
    ["blanks around and between", "  0  9 * *  1 ", "UTC", "2027-01-01T00:00Z", ["2027-01-04T09:00Z"]],
    ["leap days", "0 9 29 2 *", "UTC", "2027-01-01T00:00Z", ["2028-02-29T09:00Z", "2032-02-29T09:00Z"]],
    ["the rarest day", "0 9 29 2 +1", "UTC", "2072-03-01T00:00Z", ["2112-02-29T09:00Z", "2140-02-29T09:00Z"]],
    ["the last day", "0 9 L * *", "UTC", "2028-01-31T09:00Z", ["2028-02-29T09:00Z", "2028-03-31T09:00Z"]],
    ["the last Friday", "0 9 * * FRI#L", "UTC", "2027-01-01T00:00Z", ["2027-01-29T09:00Z"]],
    ["west of the date line", "0 9 * * *", "Pacific/Pago_Pago", "2027-01-01T00:00Z", ["2027-01-01T20:00Z"]],
    ["east of the date line", "0 9 * * *", "Pacific/Kiritimati", "2027-01-01T00:00Z", ["2027-01-01T19:00Z"]],
    [
      "a zone that skipped a day",
      "0 9 * * *",
      "Pacific/Apia",
      "2011-12-29T00:00Z",
      ["2011-12-29T19:00Z", "2011-12-30T19:00Z"],
    ],
  ])("knows %s", (_name, cron, timeZone, from, expected) => {
    expect(after(cron, timeZone, from, expected.length)).toEqual(expected);
  });

  describe("when clocks go forward", () => {
    const EVE = "2027-03-27T12:00Z";

    test("comes as soon as they have, at a time of day that does not exist", () => {
      const expected = ["2027-03-28T01:00Z", "2027-03-29T00:30Z"];
      expect(after("30 2 * * *", "Europe/Berlin", EVE, 2)).toEqual(expected);
    });

    test("comes once for several times that do not exist", () => {
      const expected = ["2027-03-28T01:00Z", "2027-03-29T00:15Z", "2027-03-29T00:45Z"];
      expect(after("15,45 2 * * *", "Europe/Berlin", EVE, 3)).toEqual(expected);
    });

    test("goes on every half hour of real time", () => {
      const expected = ["2027-03-28T00:30Z", "2027-03-28T01:00Z", "2027-03-28T01:30Z"];
      expect(after("*/30 * * * *", "Europe/Berlin", "2027-03-28T00:00Z", 3)).toEqual(expected);
    });

    test("knows clocks that go forward by half an hour", () => {
      const expected = ["2026-10-03T15:30Z", "2026-10-04T15:15Z"];
      expect(after("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T12:00Z", 2)).toEqual(expected);
    });
  });

  describe("when clocks go back", () => {
    const EVE = "2027-10-30T12:00Z";

    test.each(["30 2 * * *", "30 2,2 * * *"])("comes once at a time of day that exists twice: %s", (cron) => {
      expect(after(cron, "Europe/Berlin", EVE, 2)).toEqual(["2027-10-31T00:30Z", "2027-11-01T01:30Z"]);
    });

    test("comes once at each of several times of day", () => {
      const expected = ["2027-10-30T12:30Z", "2027-10-31T00:30Z", "2027-10-31T13:30Z"];
      expect(after("30 2,14 * * *", "Europe/Berlin", EVE, 3)).toEqual(expected);
    });

    test("comes every hour of real time", () => {
      const expected = ["2027-10-31T00:30Z", "2027-10-31T01:30Z", "2027-10-31T02:30Z"];
      expect(after("30 * * * *", "Europe/Berlin", "2027-10-31T00:00Z", 3)).toEqual(expected);
    });

    test("knows clocks that go back by half an hour", () => {
      const expected = ["2027-04-03T14:45Z", "2027-04-04T15:15Z"];
      expect(after("45 1 * * *", "Australia/Lord_Howe", "2027-04-03T05:00Z", 2)).toEqual(expected);
    });
  });

  const field = (min: number, max: number) =>
    fc.oneof(
      fc.constant("*"),
      fc.integer({ min, max }).map(String),
      fc.tuple(fc.integer({ min, max }), fc.integer({ min, max })).map((pair) => pair.join(",")),
      fc.integer({ min: 2, max: 12 }).map((step) => `*/${step}`),
    );
  const spec = fc.record({
    cron: fc
      .tuple(
        field(0, 59),
        field(0, 23),
        fc.constantFrom("*", "1", "15", "L"),
        field(1, 12),
        fc.constantFrom("*", "1-5"),
      )
      .map((fields) => fields.join(" ")),
    timeZone: fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"),
  });
  /** Around the changes of the clocks, where the difficulties are. */
  const instant = fc
    .tuple(
      fc.constantFrom(
        "2027-03-28T01:00Z",
        "2027-10-31T01:00Z",
        "2027-04-03T15:00Z",
        "2027-10-02T15:30Z",
        "2027-03-14T07:00Z",
      ),
      fc.integer({ min: -3 * 3_600_000, max: 3 * 3_600_000 }),
    )
    .map(([near, offset]) => at(near) + offset);

  test("goes strictly forward, by whole minutes, and never into the past", () => {
    fc.assert(
      fc.property(spec, instant, (wanted, from) => {
        const times = [from, ...recurrenceOf(wanted).after(from, 8)];
        for (const [i, time] of times.slice(1).entries()) {
          expect(time).toBeGreaterThan(times[i] ?? Number.NaN);
          expect(time % MINUTE_MS).toBe(0);
        }
      }),
    );
  });

  test("answers the latest instants of a time as it would have counted them forward", () => {
    fc.assert(
      fc.property(spec, instant, fc.integer({ min: 1, max: 10 }), (wanted, from, count) => {
        const recurrence = recurrenceOf(wanted);
        const [first = from, ...rest] = recurrence.after(from, 12);
        const all = [first, ...rest];
        const to = all.at(-1) ?? first;
        if (rest.length === 0) return;
        expect(recurrence.latest(first, to, count)).toEqual(all.slice(-count));
        expect(recurrence.latest(first, to - 1, 20)).toEqual(all.slice(0, -1));
        expect(recurrence.latest(first + 1, to, 20)).toEqual(all.slice(1));
      }),
    );
  });
});

describe("what is no recurrence", () => {
  test.each([
    ["nothing", "", 'The expression "" cannot be used: it has 0 fields, and five are needed'],
    ["four fields", "* * * *", "it has 4 fields, and five are needed"],
    [
      "seconds",
      "0 0 9 * * *",
      "it has 6 fields, and five are needed; seconds are not possible, for the sweep comes once a minute",
    ],
    ["a year", "0 0 9 * * * 2028", "it has 7 fields"],
    ["a date", "2028-01-01T00:00:00", "it has 1 fields"],
    ["a minute 61", "61 * * * *", "Invalid value for minute: 61"],
    ["a step of a number", "5/10 * * * *", "stepping with numeric prefix"],
    ["a start of the machine", "@reboot", "not supported"],
    ["an unknown nickname", "@sometimes", "cannot be used"],
  ])("is refused with the reason: %s", (_name, cron, reason) => {
    const refusal = expect.objectContaining({ code: "cron_invalid", message: expect.stringContaining(reason) });
    expect(() => recurrenceOf({ cron, timeZone: "UTC" })).toThrow(refusal);
  });

  test.each(["", "Mars/Base", "+05:30", "CET/Berlin"])('is refused in the time zone "%s"', (timeZone) => {
    const refusal = expect.objectContaining({ code: "time_zone_unknown", details: { timeZone } });
    expect(() => recurrenceOf({ cron: "* * * * *", timeZone })).toThrow(refusal);
  });
});

describe("the next instant", () => {
  test("is the first after a time", () => {
    expect(nextOf({ cron: "0 9 * * *", timeZone: "UTC" }, at("2027-01-01T09:00Z"))).toBe(at("2027-01-02T09:00Z"));
  });

  test("is refused where there is no such day in all time", () => {
    const refusal = expect.objectContaining({ code: "cron_invalid", message: expect.stringContaining("no such day") });
    expect(() => nextOf({ cron: "0 0 30 2 *", timeZone: "Europe/Berlin" }, 0)).toThrow(refusal);
  });

  test("is looked for where it may be: what never comes is found out in a part of the time that all years would take", () => {
    const cron = "0 0 1-7 * +0#5,1#5,2#5,3#5,4#5,5#5,6#5"; // a fifth of its kind within the first seven days
    const tookMs = (look: () => unknown) => {
      const begun = performance.now();
      look();
      return performance.now() - begun;
    };
    const inAllYears = tookMs(() => new Cron(cron, { mode: "5-part", timezone: "UTC", paused: true }).nextRun());
    const ours = tookMs(() => expect(() => nextOf({ cron, timeZone: "UTC" }, 0)).toThrow("no such day"));
    expect(ours).toBeLessThan(inAllYears / 2);
  });
});
