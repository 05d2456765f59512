import { expect, test } from "vitest";
import { byName, refill } from "@/lib/core/by-name";

test("finds each definition by its name", () => {
  const one = { name: "one" };
  expect(byName([one, { name: "two" }]).get("one")).toBe(one);
});

test("refuses a name that is taken", () => {
  expect(() => byName([{ name: "one" }, { name: "one" }])).toThrow(new RangeError('Two jobs are called "one".'));
});

test("puts other definitions in place of all that a map holds", () => {
  const held = new Map([["old", { name: "old" }]]);
  refill(held, byName([{ name: "new" }]));
  expect(held).toEqual(new Map([["new", { name: "new" }]]));
});
