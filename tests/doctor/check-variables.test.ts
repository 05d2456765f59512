import { describe, expect, test } from "vitest";
import { checkVariables } from "@/lib/doctor/check-variables";
import { targetsOf } from "@/lib/doctor/targets";
import type { Variables } from "@/lib/doctor/variables";
import { QSTASH_TOKEN, SECRETS } from "@/tests/doctor/an-examination";

const REST_URL = "https://eu1-sample-12345.upstash.io";
const REST_TOKEN = "AX3sASQgNzE0ZjU2-a-token-of-the-database";
const REST = { UPSTASH_REDIS_REST_URL: REST_URL, UPSTASH_REDIS_REST_TOKEN: REST_TOKEN };
const QSTASH = {
  QSTASH_TOKEN,
  QSTASH_CURRENT_SIGNING_KEY: "sig_current-key-of-qstash-0001",
  QSTASH_NEXT_SIGNING_KEY: "sig_next-key-of-qstash-000002",
};
const HOSTED = { APP_URL: "https://jobs.sample.dev", ...SECRETS };

/** What is not as it should be, as `NAME verdict: what it says`. */
const troubles = (variables: Variables) =>
  checkVariables(variables, targetsOf(variables))
    .filter(({ verdict }) => verdict !== "ok")
    .map(({ check, verdict, says }) => `${check} ${verdict}: ${says}`);

describe("variables", () => {
  test("are not spoken of when there are none", () => {
    expect(checkVariables({}, targetsOf({}))).toEqual([]);
  });

  test.each<[string, Variables]>([
    ["Upstash and QStash", { ...REST, ...QSTASH, ...HOSTED }],
    ["Vercel's names for Upstash", { KV_REST_API_URL: REST_URL, KV_REST_API_TOKEN: REST_TOKEN, ...HOSTED }],
    ["a Redis over TLS", { REDIS_URL: "rediss://default:password@redis.sample.dev:6379", ...HOSTED }],
    ["a Redis in a private network", { REDIS_URL: "redis://redis:6379", ...HOSTED }],
    [
      "all of Vercel",
      { VERCEL: "1", ...REST, ...QSTASH, ...HOSTED, BLOB_READ_WRITE_TOKEN: "vercel_blob_rw_store_secret" },
    ],
  ])("are fine with %s", (_, variables) => {
    expect(troubles(variables)).toEqual([]);
  });

  test("are shown without what is secret in them", () => {
    const url = "rediss://default:pass%21word@redis.sample.dev:6380";
    const variables = { ...REST, ...QSTASH, ...HOSTED, REDIS_URL: url };
    const shown = JSON.stringify(checkVariables(variables, targetsOf(variables)));
    for (const secret of [REST_TOKEN, QSTASH_TOKEN, "pass%21word", ...Object.values(SECRETS)]) {
      expect(shown).not.toContain(secret);
    }
    expect(shown).toContain("AX3s… (40 characters)");
  });

  test.each<[what: string, changed: Variables, trouble: string]>([
    [
      "a TCP address where REST is meant",
      { UPSTASH_REDIS_REST_URL: "rediss://default:password@eu1.upstash.io:6379" },
      "UPSTASH_REDIS_REST_URL wrong: holds the address for TCP (redis:// or rediss://), but the REST address is meant.",
    ],
    [
      "an address without its scheme",
      { UPSTASH_REDIS_REST_URL: "eu1-sample.upstash.io" },
      "UPSTASH_REDIS_REST_URL wrong: is no https address.",
    ],
    [
      "a token without its address",
      { UPSTASH_REDIS_REST_URL: undefined },
      "UPSTASH_REDIS_REST_URL wrong: is missing: it belongs together with UPSTASH_REDIS_REST_TOKEN.",
    ],
    [
      "QStash's token for the database",
      { UPSTASH_REDIS_REST_TOKEN: QSTASH_TOKEN },
      "UPSTASH_REDIS_REST_TOKEN wrong: holds QStash's token, but the token of the database is meant.",
    ],
    [
      "the read-only token",
      { KV_REST_API_READ_ONLY_TOKEN: REST_TOKEN },
      "UPSTASH_REDIS_REST_TOKEN wrong: holds the read-only token, but the token of the database is meant.",
    ],
    [
      "a blank behind the token",
      { UPSTASH_REDIS_REST_TOKEN: `${REST_TOKEN} ` },
      "UPSTASH_REDIS_REST_TOKEN wrong: begins or ends with a blank or a line break.",
    ],
    [
      "quotes around the address",
      { UPSTASH_REDIS_REST_URL: `"${REST_URL}"` },
      "UPSTASH_REDIS_REST_URL wrong: was pasted with its quotes or its own name.",
    ],
    [
      "the whole line in place of the value",
      { UPSTASH_REDIS_REST_URL: `UPSTASH_REDIS_REST_URL=${REST_URL}` },
      "UPSTASH_REDIS_REST_URL wrong: was pasted with its quotes or its own name.",
    ],
    [
      "the example's text",
      { AUTH_SECRET: "at-least-32-characters" },
      "AUTH_SECRET wrong: still holds the example's text.",
    ],
    ["a secret too short", { CRON_SECRET: "short" }, "CRON_SECRET wrong: has 5 characters, and needs 16."],
    [
      "a secret missing",
      { WORKER_SECRET: undefined },
      "WORKER_SECRET wrong: is missing, and a hosted app does not start without it.",
    ],
    [
      "one secret for two",
      { CRON_SECRET: SECRETS.WORKER_SECRET },
      "CRON_SECRET warning: holds the same as WORKER_SECRET.",
    ],
    [
      "no operator",
      { OPERATOR_TOKEN: undefined },
      "OPERATOR_TOKEN warning: is not set: nobody can sign in as operator.",
    ],
    [
      "one signing key missing",
      { QSTASH_NEXT_SIGNING_KEY: undefined },
      "QSTASH_NEXT_SIGNING_KEY wrong: is missing: it belongs together with QSTASH_TOKEN and QSTASH_CURRENT_SIGNING_KEY.",
    ],
    [
      "a signing key for QStash's token",
      { QSTASH_TOKEN: "sig_current" },
      "QSTASH_TOKEN wrong: holds a signing key of QStash, but QStash's token is meant.",
    ],
    [
      "the database's token for QStash's",
      { QSTASH_TOKEN: REST_TOKEN },
      "QSTASH_TOKEN wrong: holds the same as UPSTASH_REDIS_REST_TOKEN: the database and QStash have a token each.",
    ],
    [
      "one signing key twice",
      { QSTASH_NEXT_SIGNING_KEY: QSTASH.QSTASH_CURRENT_SIGNING_KEY },
      "QSTASH_NEXT_SIGNING_KEY wrong: holds the same as QSTASH_CURRENT_SIGNING_KEY.",
    ],
    [
      "QStash's development mode",
      { QSTASH_DEV: "true" },
      "QSTASH_DEV wrong: is set: QStash's library would then accept calls that anybody can sign.",
    ],
    [
      "an address of this machine",
      { APP_URL: "http://localhost:3000" },
      "APP_URL wrong: is http://localhost:3000, which QStash and Vercel cannot reach.",
    ],
    ["an address with a path", { APP_URL: "https://jobs.sample.dev/app" }, "APP_URL wrong: has a path."],
    ["an address without a scheme", { APP_URL: "jobs.sample.dev" }, "APP_URL wrong: is no http address."],
    [
      "an https address in REDIS_URL",
      { UPSTASH_REDIS_REST_URL: undefined, UPSTASH_REDIS_REST_TOKEN: undefined, REDIS_URL: REST_URL },
      "REDIS_URL wrong: holds an https address, but the address for TCP is meant.",
    ],
    [
      "a command in REDIS_URL",
      { REDIS_URL: "redis-cli --tls -u redis://default:password@eu1.upstash.io:6379" },
      "REDIS_URL wrong: holds a whole command.",
    ],
    [
      "Upstash without TLS",
      { REDIS_URL: "redis://default:password@eu1.upstash.io:6379" },
      "REDIS_URL wrong: asks Upstash without TLS, which it refuses.",
    ],
    [
      "a public Redis without TLS",
      { REDIS_URL: "redis://default:password@redis.sample.dev:6379" },
      "REDIS_URL warning: redis://redis.sample.dev:6379: password and data travel unencrypted.",
    ],
    [
      "another token for Blob",
      { BLOB_READ_WRITE_TOKEN: QSTASH_TOKEN },
      "BLOB_READ_WRITE_TOKEN wrong: holds QStash's token.",
    ],
    ["Vercel without Blob", { VERCEL: "1" }, "BLOB_READ_WRITE_TOKEN wrong: is missing: Vercel has no disk that stays."],
  ])("are told apart: %s", (_, changed, trouble) => {
    expect(troubles({ ...REST, ...QSTASH, ...HOSTED, ...changed })).toContain(trouble);
  });

  test("are named where only the app itself refuses them", () => {
    expect(troubles({ JOB_TTL_HOURS: "a day" })).toEqual([
      expect.stringMatching(/^variables wrong: These environment variables cannot be used: JOB_TTL_HOURS:/),
    ]);
  });
});
