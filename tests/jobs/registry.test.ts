import { expect, test, vi } from "vitest";

test("a registry that is loaded anew fills the one that is in use", async () => {
  const { definitions } = await import("@/lib/jobs/registry");
  const before = definitions.get("transactions.import");
  vi.resetModules();
  await import("@/lib/jobs/registry");
  expect(definitions.get("transactions.import")).toMatchObject({ name: "transactions.import" });
  expect(definitions.get("transactions.import")).not.toBe(before);
});
