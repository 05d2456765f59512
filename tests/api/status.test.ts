import { beforeEach, describe, expect, test, vi } from "vitest";
import { GET } from "@/app/api/status/route";
import { statusReply } from "@/lib/api/status-reply";
import { readStatus } from "@/lib/contracts/status";
import { call } from "@/tests/api/call";
import { startApplication } from "@/tests/api/running-application";

vi.mock("@/lib/server", async () => ({ server: (await import("@/tests/api/running-application")).server }));

beforeEach(() => {
  startApplication();
});

describe("GET /api/status", () => {
  test("answers anybody, and makes no session", async () => {
    const response = await call(GET, { owner: null });
    expect([response.status, response.headers.get("set-cookie")]).toEqual([200, null]);
    expect(readStatus.reply.parse(await response.json())).toMatchObject({ status: "ok", version: "1.0.0" });
  });

  test("is 503 while the store is down", () => {
    const store = { kind: "redis", latencyMs: null };
    const response = statusReply({ status: "unavailable", version: "1", store, queues: [], lastSweepAt: null });
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
  });
});
