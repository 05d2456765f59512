import { describe, expect, test } from "vitest";
import { DEFAULT_RETRY_POLICY } from "@/lib/core/retry-policy";
import { AppError, FatalError, RetryableError } from "@/lib/errors";
import { isUnexpected, toOutcome } from "@/lib/worker/job-failure";

const outcomeOf = (error: unknown) => toOutcome(error, 2, DEFAULT_RETRY_POLICY, () => 0.5);

describe("toOutcome", () => {
  test("never tries a fatal error again", () => {
    expect(outcomeOf(new FatalError("header_missing", "There is no header."))).toEqual({
      kind: "threw",
      error: { code: "header_missing", message: "There is no header." },
      retryInMs: null,
    });
  });

  test("tries again when a provider said that it makes sense", () => {
    expect(outcomeOf(new RetryableError("busy", "Come back later.", { retryAfterMs: 7_000 }))).toEqual({
      kind: "threw",
      error: { code: "busy", message: "Come back later." },
      retryInMs: 7_000,
    });
  });

  test.each([
    [1_500.2, 1_501],
    [-5, 0],
    [1e300, 30 * 24 * 3_600_000],
    [Number.NaN, 2_000],
    [Number.POSITIVE_INFINITY, 2_000],
  ])("makes a usable delay of a provider's %d ms", (retryAfterMs, retryInMs) => {
    expect(outcomeOf(new RetryableError("busy", "Later.", { retryAfterMs })).retryInMs).toBe(retryInMs);
  });

  test("backs off where nobody said when", () => {
    expect(outcomeOf(new RetryableError("busy", "Later.")).retryInMs).toBe(2_000);
    expect(outcomeOf(new AppError("not_found", "There is no such job."))).toEqual({
      kind: "threw",
      error: { code: "not_found", message: "There is no such job." },
      retryInMs: 2_000,
    });
  });

  test.each([new Error("connect redis://secret@host"), "a secret", undefined, null])(
    "keeps to itself what an error says that nobody foresaw: %j",
    (error) => {
      const outcome = outcomeOf(error);
      expect(outcome).toMatchObject({ error: { code: "unexpected" }, retryInMs: 2_000 });
      expect(JSON.stringify(outcome)).not.toContain("secret");
      expect(isUnexpected(error)).toBe(true);
    },
  );

  test("foresaw errors of our own classes", () => {
    const own = [new FatalError("a", "A."), new RetryableError("b", "B."), new AppError("not_found", "C.")];
    expect(own.map(isUnexpected)).toEqual([false, false, false]);
  });
});
