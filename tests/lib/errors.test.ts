import { describe, expect, test } from "vitest";
import { AppError, FatalError, RetryableError, STATUS_BY_CODE } from "@/lib/errors";

describe("errors", () => {
  test("have a name, a stable code, a sentence and a cause", () => {
    const cause = new Error("why");
    const of = ({ name, code, message, cause }: AppError | FatalError | RetryableError) => [name, code, message, cause];
    expect(of(new AppError("not_found", "There is none.", { cause }))).toEqual([
      "AppError",
      "not_found",
      "There is none.",
      cause,
    ]);
    expect(of(new FatalError("broken", "It is broken.", { cause }))).toEqual([
      "FatalError",
      "broken",
      "It is broken.",
      cause,
    ]);
    expect(of(new RetryableError("busy", "Later.", { cause }))).toEqual(["RetryableError", "busy", "Later.", cause]);
  });

  test("carry what goes with them, if anything", () => {
    expect(new AppError("parts_missing", "Parts are missing.", { details: { missing: [2] } }).details).toEqual({
      missing: [2],
    });
    expect(new AppError("not_found", "There is none.").details).toEqual({});
    expect(new RetryableError("busy", "Later.", { retryAfterMs: 5 }).retryAfterMs).toBe(5);
    expect(new RetryableError("busy", "Later.").retryAfterMs).toBeUndefined();
  });

  test("are shown with a status that says that something went wrong", () => {
    for (const status of Object.values(STATUS_BY_CODE)) expect(status).toBeGreaterThanOrEqual(400);
  });
});
