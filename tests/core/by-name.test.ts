import { expect, test } from "vitest";
import { byName } from "@/lib/core/by-name";

test("finds each definition by its name", () => {
  const one = { name: "one" };
  expect(byName([one, { name: "two" }]).get("one")).toBe(one);
});

test("refuses a name that is taken", () => {
  expect(() => byName([{ name: "one" }, { name: "one" }])).toThrow(new RangeError('Two jobs are called "one".'));
});
