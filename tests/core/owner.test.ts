import { describe, expect, test } from "vitest";
import { anonymousOwner, isAnonymous, limitedAs } from "@/lib/core/owner";

describe("an owner who came without an invitation", () => {
  const first = anonymousOwner("own_a", "at_home");
  const second = anonymousOwner("own_b", "at_home");

  test("is known as such, and an invited one is not", () => {
    expect([isAnonymous(first), isAnonymous("own_a")]).toEqual([true, false]);
  });

  test("is counted with all from the same place, but is not the same owner", () => {
    expect(first).not.toBe(second);
    expect([limitedAs(first), limitedAs(second)]).toEqual(["at_home", "at_home"]);
  });
});

test("an invited owner is counted for himself", () => {
  expect(limitedAs("own_a")).toBe("own_a");
});
