import { describe, expect, test } from "vitest";
import { z } from "zod";
import { errorFacts } from "@/lib/error-facts";
import { AppError } from "@/lib/errors";

const SECRET = "hunter2";
const thrownBy = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return error;
  }
  return expect.fail("nothing was thrown");
};

describe("what a log tells of an error", () => {
  test("is what it is, where it came from and why", () => {
    const cause = Object.assign(new Error("connect refused"), { code: "ECONNREFUSED" });
    expect(errorFacts(new TypeError("cannot read", { cause }))).toEqual({
      type: "TypeError",
      message: "cannot read",
      stack: expect.stringMatching(/^TypeError: cannot read\n\s+at .*error-facts\.test\.ts/),
      cause: {
        type: "Error",
        message: "connect refused",
        stack: expect.stringContaining("Error: connect refused\n"),
        code: "ECONNREFUSED",
      },
    });
  });

  test("keeps the code of an application's error", () => {
    expect(errorFacts(new AppError("not_found", "Nothing."))).toMatchObject({ type: "AppError", code: "not_found" });
  });

  test.each([
    ["a command with its arguments", Object.assign(new Error("ERR"), { command: { name: "set", args: [SECRET] } })],
    ["a request with its headers", Object.assign(new Error("401"), { config: { headers: { authorization: SECRET } } })],
    ["one error among several", new AggregateError([Object.assign(new Error("ERR"), { args: [SECRET] })])],
    ["a cause that is no error", new Error("odd", { cause: { password: SECRET } })],
    ["a thrown text", SECRET],
    ["the command in Upstash's message", new Error(`ERR wrong, command was: ["set","key","${SECRET}"]`)],
    ["the text that is no JSON", thrownBy(() => JSON.parse(`${SECRET} is the password`))],
    ["the middle of a text that is no JSON", thrownBy(() => JSON.parse(`{"a": 1, "password": ${SECRET}, "b": 1}`))],
    ["an address with its password", new Error(`connect to redis://default:${SECRET}@db.example:6379`)],
    ["a header", new Error(`refused: authorization: Bearer ${SECRET}`)],
    ["a signed token", new Error(`bad token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ${SECRET}.${SECRET}`)],
    ["a value that a schema refuses", z.object({ a: z.enum(["x"]) }).safeParse({ a: SECRET }).error],
    ["a code that is a sentence", Object.assign(new Error("odd"), { code: `password ${SECRET}` })],
  ])("leaves out %s", (_name, error) => {
    expect(JSON.stringify(errorFacts(new Error("outer", { cause: error })))).not.toContain(SECRET);
    expect(JSON.stringify(errorFacts(error))).not.toContain(SECRET);
  });

  test("ends where a chain of causes goes in a circle", () => {
    const error = new Error("round");
    error.cause = error;
    expect(JSON.stringify(errorFacts(error)).match(/"message":"round"/g)).toHaveLength(5);
  });
});
