import { describe, expect, test } from "vitest";
import { EnvError, readEnv } from "@/lib/env";

const SECRET = "s".repeat(32);
const HOSTED = { AUTH_SECRET: SECRET, CRON_SECRET: SECRET, WORKER_SECRET: SECRET };
const CLOUD = {
  UPSTASH_REDIS_REST_URL: "https://a.upstash.io",
  UPSTASH_REDIS_REST_TOKEN: "t",
  QSTASH_TOKEN: "token",
  QSTASH_CURRENT_SIGNING_KEY: "current",
  QSTASH_NEXT_SIGNING_KEY: "next",
  BLOB_READ_WRITE_TOKEN: "blob",
};
const HOUR_MS = 3_600_000;

describe("readEnv", () => {
  test("needs nothing: the embedded default", () => {
    expect(readEnv({})).toEqual({
      port: 3000,
      appUrl: "http://127.0.0.1:3000",
      dataDir: ".data",
      isHosted: false,
      logLevel: "info",
      store: { kind: "sqlite" },
      dispatch: { kind: "local" },
      files: { kind: "disk" },
      access: "open",
      secrets: { auth: undefined, cron: undefined, worker: undefined, operator: undefined },
      retention: { completedMs: 24 * HOUR_MS, failedMs: 168 * HOUR_MS },
      maxUploadBytes: 2 * 1024 ** 3,
      maxSliceMs: undefined,
      webhooks: { allowPrivate: false },
      quotas: null,
      isDevelopment: false,
    });
  });

  test("takes an empty variable for one that is not set", () => {
    expect(readEnv({ PORT: "", REDIS_URL: "", AUTH_SECRET: "" })).toEqual(readEnv({}));
  });

  test("honours what was set", () => {
    const env = readEnv({
      PORT: "4000",
      APP_URL: "https://jobs.example.org/",
      DATA_DIR: "/data",
      MAX_SLICE_MS: "1500",
      MAX_UPLOAD_BYTES: "1000",
      LOG_LEVEL: "warn",
    });
    expect(env).toMatchObject({
      port: 4000,
      appUrl: "https://jobs.example.org",
      dataDir: "/data",
      maxSliceMs: 1_500,
      maxUploadBytes: 1_000,
      logLevel: "warn",
    });
  });

  test("knows its address from its port, or from Vercel", () => {
    expect(readEnv({ PORT: "4000" }).appUrl).toBe("http://127.0.0.1:4000");
    expect(readEnv({ VERCEL_PROJECT_PRODUCTION_URL: "jobs.vercel.app" }).appUrl).toBe("https://jobs.vercel.app");
  });

  test("keeps jobs for whole milliseconds, whatever part of an hour was set", () => {
    const { retention } = readEnv({ JOB_TTL_HOURS: "0.333333", FAILED_JOB_TTL_HOURS: "0.5" });
    expect(retention).toEqual({ completedMs: 1_199_999, failedMs: HOUR_MS / 2 });
  });

  test.each([
    [{ UPSTASH_REDIS_REST_URL: "https://a.upstash.io", UPSTASH_REDIS_REST_TOKEN: "t" }],
    [{ KV_REST_API_URL: "https://a.upstash.io", KV_REST_API_TOKEN: "t" }],
    [{ KV_REST_API_URL: "https://a.upstash.io", KV_REST_API_TOKEN: "t", REDIS_URL: "redis://b" }],
  ])("keeps jobs in Upstash when that is set, under either name, before any other: %j", (variables) => {
    expect(readEnv({ ...HOSTED, ...variables })).toMatchObject({
      isHosted: true,
      store: { kind: "upstash", url: "https://a.upstash.io", token: "t" },
    });
  });

  test.each(["redis://localhost:6379", "rediss://user:password@host:6380/1"])("keeps jobs in %s", (url) => {
    expect(readEnv({ ...HOSTED, REDIS_URL: url })).toMatchObject({ isHosted: true, store: { kind: "redis", url } });
  });

  test("is called by QStash, keeps files in Blob and asks for an invitation where that is set", () => {
    expect(
      readEnv({ ...HOSTED, ...CLOUD, VERCEL: "1", QSTASH_URL: "https://qstash-us-east-1.upstash.io/" }),
    ).toMatchObject({
      isHosted: true,
      access: "invite",
      files: { kind: "blob", token: "blob" },
      dispatch: {
        kind: "qstash",
        url: "https://qstash-us-east-1.upstash.io",
        token: "token",
        currentSigningKey: "current",
        nextSigningKey: "next",
        bypassSecret: undefined,
      },
    });
    expect(readEnv({ ...HOSTED, HOSTED: "1", ACCESS: "open" }).access).toBe("open");
  });

  test.each([
    [{}, null],
    [{ APP_URL: "http://localhost:3000" }, null],
    [{ APP_URL: "https://app.test/" }, "https://app.test"],
    [{ VERCEL_BLOB_CALLBACK_URL: "https://tunnel.test/" }, "https://tunnel.test"],
  ])("lets Blob tell of uploads where it can reach the app: %j", (variables, callbackOrigin) => {
    const { files } = readEnv({ ...HOSTED, BLOB_READ_WRITE_TOKEN: "blob", ...variables });
    expect(files).toEqual({ kind: "blob", token: "blob", callbackOrigin });
  });

  test.each([
    [{ UPSTASH_REDIS_REST_URL: "https://a.upstash.io" }, "belong together"],
    [{ UPSTASH_REDIS_REST_TOKEN: "token" }, "belong together"],
    [{ HOSTED: "1" }, "AUTH_SECRET, CRON_SECRET, WORKER_SECRET"],
    [{ ...HOSTED, CRON_SECRET: "", REDIS_URL: "redis://b" }, "environment variables: CRON_SECRET."],
    [{ ...HOSTED, VERCEL: "1" }, "UPSTASH_REDIS_REST_URL"],
    [{ ...HOSTED, ...CLOUD, VERCEL: "1", BLOB_READ_WRITE_TOKEN: "" }, "variables: BLOB_READ_WRITE_TOKEN."],
    [{ ...HOSTED, ...CLOUD, QSTASH_NEXT_SIGNING_KEY: "" }, "belong together"],
    [{ ...HOSTED, HOSTED: "1", QSTASH_DEV: "true" }, "QSTASH_DEV"],
    [{ ...HOSTED, HOSTED: "1", WEBHOOK_ALLOW_PRIVATE: "1" }, "WEBHOOK_ALLOW_PRIVATE"],
    [{ BLOB_READ_WRITE_TOKEN: "blob" }, "AUTH_SECRET"],
    [{ OPERATOR_TOKEN: "short" }, "OPERATOR_TOKEN"],
    [{ ACCESS: "all" }, "ACCESS"],
    [{ PORT: "http" }, "PORT"],
    [{ PORT: "70000" }, "PORT"],
    [{ JOB_TTL_HOURS: "-1" }, "JOB_TTL_HOURS"],
    [{ MAX_SLICE_MS: "1.5" }, "MAX_SLICE_MS"],
    [{ REDIS_URL: "http://b" }, "REDIS_URL"],
    [{ PORT: "http", REDIS_URL: "http://b" }, "REDIS_URL"],
  ])("refuses %j and says why", (variables, reason) => {
    expect(() => readEnv(variables)).toThrow(EnvError);
    expect(() => readEnv(variables)).toThrow(reason);
  });

  test("never repeats a secret that cannot be used", () => {
    const attempt = () => readEnv({ AUTH_SECRET: "hunter2", REDIS_URL: "hunter2" });
    expect(attempt).toThrow("AUTH_SECRET");
    expect(attempt).not.toThrow("hunter2");
  });
});
