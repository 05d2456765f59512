import { afterEach, describe, expect, test, vi } from "vitest";

async function loadTwice() {
  vi.resetModules();
  const { definitions: first } = await import("@/lib/jobs/registry");
  const before = first.get("transactions.import");
  vi.resetModules();
  const { definitions: second } = await import("@/lib/jobs/registry");
  return { first, before, second };
}

describe("a registry that is loaded anew", () => {
  afterEach(() => vi.unstubAllEnvs());

  test("fills the one that is in use, while jobs are being written", async () => {
    vi.stubEnv("NODE_ENV", "development");
    const { first, before, second } = await loadTwice();
    expect(first).toBe(second);
    expect(first.get("transactions.import")).toMatchObject({ name: "transactions.import" });
    expect(first.get("transactions.import")).not.toBe(before);
  });

  test("leaves it alone where the application is served: each bundle keeps to its own", async () => {
    const { first, before, second } = await loadTwice();
    expect(first.get("transactions.import")).toBe(before);
    expect(second.get("transactions.import")).not.toBe(before);
  });
});
