import { describe, expect, test } from "vitest";
import { createPlaceOf } from "@/lib/auth/place";
import { aRequestFrom } from "@/tests/auth/an-address";

const placeOf = createPlaceOf("s3cret");
const from = (forwardedFor: string | null) => placeOf(aRequestFrom(forwardedFor));

describe("a place", () => {
  test("is the same for one address, another for another, and does not show it", () => {
    expect(from("203.0.113.7")).toBe(from("203.0.113.7"));
    expect(from("203.0.113.7")).not.toBe(from("203.0.113.8"));
    expect(from("203.0.113.7")).toMatch(/^at_[0-9a-f]{24}$/);
    expect(from("203.0.113.7")).not.toBe(createPlaceOf("other")(aRequestFrom("203.0.113.7")));
  });

  test("is what the nearest proxy says, whatever the caller claims to have come through", () => {
    expect(from("198.51.100.1, 203.0.113.7")).toBe(from("203.0.113.7"));
    expect(from("203.0.113.7, 198.51.100.1")).not.toBe(from("203.0.113.7"));
  });

  test.each([
    ["2001:db8:1:2::1", "2001:db8:1:2:ffff:1:2:3", true],
    ["2001:db8::1", "2001:DB8:0:0:1::", true],
    ["2001:db8:1:2::1", "2001:db8:1:3::1", false],
    ["::ffff:203.0.113.7", "203.0.113.7", true],
    ["::1", "::2", true],
  ])("is a network's, where addresses are its holder's to choose: %s and %s", (one, other, isSame) => {
    expect(from(one) === from(other)).toBe(isSame);
  });

  test("is one for all whose address nobody knows", () => {
    expect(from(null)).toBe(from(""));
  });
});
