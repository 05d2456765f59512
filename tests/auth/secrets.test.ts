import { expect, test } from "vitest";
import { deriveKey, hasBearer, secretMatches } from "@/lib/auth/secrets";

test("a secret matches itself and nothing else", () => {
  expect(secretMatches("s3cret", "s3cret")).toBe(true);
  for (const given of ["s3cre", "s3cret ", "S3cret", "", null, undefined]) {
    expect(secretMatches(given, "s3cret")).toBe(false);
  }
});

test.each(["", null, undefined])("a secret that is %j matches nothing", (unset) => {
  for (const given of ["", "undefined", "null", null, undefined]) expect(secretMatches(given, unset)).toBe(false);
});

test("every purpose has a key of its own, the same each time", () => {
  expect(deriveKey("s3cret", "session")).toEqual(deriveKey("s3cret", "session"));
  expect(deriveKey("s3cret", "session")).toHaveLength(32);
  expect(deriveKey("s3cret", "session")).not.toEqual(deriveKey("s3cret", "link"));
  expect(deriveKey("s3cret", "session")).not.toEqual(deriveKey("other", "session"));
  expect(() => deriveKey("", "session")).toThrow(RangeError);
});

test("a request shows its secret as a bearer token", () => {
  const aRequest = (authorization?: string) =>
    new Request("http://localhost/api/worker", { headers: authorization === undefined ? {} : { authorization } });
  expect(hasBearer(aRequest("Bearer s3cret"), "s3cret")).toBe(true);
  expect(hasBearer(aRequest("bearer s3cret"), "s3cret")).toBe(true);
  for (const header of [undefined, "", "s3cret", "Basic s3cret", "Bearer other", "Bearer ", "Bearer s3cret x"]) {
    expect(hasBearer(aRequest(header), "s3cret")).toBe(false);
  }
  expect(hasBearer(aRequest("Bearer undefined"), undefined)).toBe(false);
  expect(hasBearer(aRequest("Bearer "), "")).toBe(false);
});
