import { describe, expect, test, vi } from "vitest";
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

  test("are known for what they are where their classes were loaded twice, and nothing else is", async () => {
    vi.resetModules();
    const again = await import("@/lib/errors");
    const thrown = [
      new again.AppError("not_found", "There is none."),
      new again.FatalError("broken", "It is broken."),
      new again.RetryableError("busy", "Later."),
      new Error("broken"),
    ];
    for (const [n, kind] of [AppError, FatalError, RetryableError].entries()) {
      expect(thrown.map((error) => error instanceof kind)).toEqual(thrown.map((_, i) => i === n));
    }
  });

  test("are shown with a status that says that something went wrong", () => {
    for (const status of Object.values(STATUS_BY_CODE)) expect(status).toBeGreaterThanOrEqual(400);
  });
});
