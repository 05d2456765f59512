import { afterEach, describe, expect, test, vi } from "vitest";
import { systemClock } from "@/lib/clock";
import { type Env, readEnv } from "@/lib/env";
import { createIds } from "@/lib/id";
import { createMachines } from "@/lib/server/machines";

const SECRETS = { auth: "a".repeat(32), cron: "cron-secret-of-this-app", worker: "worker-secret-of-this-app" };
const QSTASH = { QSTASH_TOKEN: "token", QSTASH_CURRENT_SIGNING_KEY: "current", QSTASH_NEXT_SIGNING_KEY: "next" };
const HOSTED = { AUTH_SECRET: SECRETS.auth, CRON_SECRET: SECRETS.cron, WORKER_SECRET: SECRETS.worker };
const ON_VERCEL = {
  ...HOSTED,
  ...QSTASH,
  VERCEL: "1",
  UPSTASH_REDIS_REST_URL: "https://redis.example",
  UPSTASH_REDIS_REST_TOKEN: "token",
  BLOB_READ_WRITE_TOKEN: "token",
};

describe("the sweep's caller", () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  /** What was fetched in the first ten minutes after the start. */
  async function calledBy(env: Env) {
    vi.useFakeTimers({ toFake: ["setTimeout", "Date"], now: Date.parse("2100-01-01T00:00:37Z") });
    const calls: (readonly [url: string, authorization: string | null, at: string])[] = [];
    vi.stubGlobal("fetch", async (url: string, init?: RequestInit) => {
      calls.push([url, new Headers(init?.headers).get("authorization"), new Date().toISOString().slice(14)]);
      return new Response("{}");
    });
    const log = { info() {}, warn() {}, error() {} };
    createMachines({ env, secrets: SECRETS, clock: systemClock, ids: createIds(systemClock), log }).startCron();
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    return calls;
  }

  test.each([
    ["on one's own machine", {}],
    ["on a server of one's own", { ...HOSTED, HOSTED: "1", APP_URL: "https://jobs.example" }],
  ])("is the process itself, at once and then just after each full minute, %s", async (_, variables) => {
    const calls = await calledBy(readEnv(variables));
    const minutes = Array.from({ length: 10 }, (_, i) => `${String(i + 1).padStart(2, "0")}:00.100Z`);
    const instants = ["00:37.000Z", ...minutes];
    expect(calls).toEqual(instants.map((at) => ["http://127.0.0.1:3000/api/cron", `Bearer ${SECRETS.cron}`, at]));
  });

  test.each([
    ["on Vercel", ON_VERCEL],
    ["with QStash on a server of one's own", { ...HOSTED, ...QSTASH, APP_URL: "https://jobs.example" }],
  ])("is never the process itself %s", async (_, variables) => {
    expect(await calledBy(readEnv(variables))).toEqual([]);
  });
});
