import { beforeEach, describe, expect, test, vi } from "vitest";
import { toProblem } from "@/lib/api/problem";

describe("toProblem", () => {
  beforeEach(() => {
    vi.resetModules(); // what is imported now is loaded once more, as in another bundle
  });

  test("knows an error that another bundle's copy of its class has made", async () => {
    const { AppError } = await import("@/lib/errors");
    const error = new AppError("parts_missing", "Missing.", { details: { missing: [2] } });
    expect(toProblem(error)).toEqual({
      type: "about:blank",
      status: 409,
      code: "parts_missing",
      title: "Missing.",
      missing: [2],
    });
  });

  test("knows a store that is down from another bundle", async () => {
    const { StoreUnavailableError } = await import("@/lib/core/ledger");
    expect(toProblem(new StoreUnavailableError("refused"))).toMatchObject({ status: 503, code: "unavailable" });
  });

  test("says that a store is full, for waiting does not help", async () => {
    const { StoreUnavailableError } = await import("@/lib/core/ledger");
    const error = new StoreUnavailableError("disk full", { isFull: true });
    expect(toProblem(error)).toMatchObject({ status: 507, code: "storage_full" });
  });

  test("shows nothing of what is no error of ours, whatever it looks like", () => {
    const title = "Something went wrong on our side.";
    const problem = { type: "about:blank", status: 500, code: "internal", title };
    for (const thrown of [new Error("secret"), { name: "AppError", message: "secret" }, "secret", null]) {
      expect(toProblem(thrown)).toEqual(problem);
    }
  });
});
