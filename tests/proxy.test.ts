import { NextRequest } from "next/server";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { temporaryFolder } from "@/tests/support/temporary-folder";

const SECRET = "s".repeat(40);
const HOSTED = { HOSTED: "1", AUTH_SECRET: SECRET, CRON_SECRET: SECRET, WORKER_SECRET: SECRET };

beforeEach(() => {
  vi.resetModules(); // the proxy reads its settings once
  vi.stubEnv("DATA_DIR", temporaryFolder());
});
afterEach(() => {
  vi.unstubAllEnvs();
});

async function visit(page: string, { env = {}, cookie = "" }: { env?: Record<string, string>; cookie?: string } = {}) {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const { proxy } = await import("@/proxy");
  const response = await proxy(new NextRequest(`http://app.test${page}`, { headers: { cookie } }));
  const policy = response.headers.get("content-security-policy") ?? "";
  return {
    response,
    policy,
    nonce: /'nonce-(\w+)'/.exec(policy)?.[1],
    seenByNext: response.headers.get("x-middleware-request-content-security-policy"),
    rewrittenTo: response.headers.get("x-middleware-rewrite"),
    session: response.headers.get("set-cookie")?.split(";")[0] ?? null,
  };
}

describe("a page", () => {
  test("carries a policy with a nonce of its own, which Next is told, too", async () => {
    const [one, two] = [await visit("/"), await visit("/")];
    expect(one.nonce).toMatch(/^[0-9a-f]{32}$/);
    expect(one.nonce).not.toBe(two.nonce);
    expect(one.seenByNext).toBe(one.policy);
  });

  test("gives a session to whoever has none, and keeps the one that is there", async () => {
    const { session } = await visit("/");
    expect(session).toMatch(/^longhaul_session=/);
    expect((await visit("/jobs", { cookie: session ?? "" })).session).toBeNull();
  });

  test("may send files to Vercel Blob where they are kept there", async () => {
    const { policy } = await visit("/", { env: { ...HOSTED, BLOB_READ_WRITE_TOKEN: "vercel_blob_rw_store_secret" } });
    expect(policy).toContain("connect-src 'self' https://vercel.com/api/blob https://vercel.com/api/blob/;");
    expect(policy).not.toContain("secret");
  });

  test("asks for https for two years where the application has it, and only there", async () => {
    const header = "strict-transport-security";
    expect((await visit("/")).response.headers.get(header)).toBeNull();
    vi.resetModules();
    const secure = await visit("/", { env: { APP_URL: "https://jobs.example" } });
    expect(secure.response.headers.get(header)).toBe("max-age=63072000");
    expect(secure.policy).toContain("upgrade-insecure-requests");
  });
});

describe("a page of an application by invitation", () => {
  test.each(["/", "/jobs", "/settings", "/opsy"])("is the one that says so, and gives no session: %s", async (page) => {
    const { rewrittenTo, session, nonce } = await visit(page, { env: HOSTED });
    expect([rewrittenTo, session, nonce]).toEqual([
      "http://app.test/invitation",
      null,
      expect.stringMatching(/^\w{32}$/),
    ]);
  });

  test.each(["/invitation", "/link-expired", "/ops"])("is itself where one can come in: %s", async (page) => {
    const { rewrittenTo, session } = await visit(page, { env: HOSTED });
    expect([rewrittenTo, session]).toEqual([null, null]);
  });

  test("is itself where everybody may come", async () => {
    const { rewrittenTo, session } = await visit("/", { env: { ...HOSTED, ACCESS: "open" } });
    expect([rewrittenTo, session]).toEqual([null, expect.stringMatching(/^longhaul_session=/)]);
  });
});
