import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { createHandle } from "@/lib/api/create-handle";
import { MAX_JSON_BYTES } from "@/lib/api/read-body";
import { defineContract } from "@/lib/contracts/contract";
import { StoreUnavailableError } from "@/lib/core/ledger";
import { AppError } from "@/lib/errors";

const contract = defineContract({
  params: z.object({ id: z.string().startsWith("thing_"), n: z.coerce.number().positive().default(1) }),
  query: z.object({ limit: z.coerce.number().max(10).default(5) }),
  body: z.object({ text: z.string() }),
  reply: z.unknown(),
});
const readOnly = defineContract({ reply: z.unknown() });

function setUp(known: string | null = "ada") {
  const unexpected: unknown[] = [];
  const sessions = {
    read: async () => known,
    issue: async () => ({ owner: "new", setCookie: "longhaul_session=fresh; HttpOnly" }),
  };
  const handles = createHandle({
    open: () => ({ sessions }),
    isForeign: (request) => request.headers.get("origin") === "https://evil.test",
    onUnexpected: (error) => void unexpected.push(error),
  });
  return { ...handles, unexpected };
}

const context = (params: Record<string, string> = { id: "thing_1" }) => ({ params: Promise.resolve(params) });
const post = (body: BodyInit | null, { query = "", headers = {} }: { query?: string; headers?: HeadersInit } = {}) =>
  new Request(`http://app.test/api/things${query}`, { method: "POST", body, headers, duplex: "half" } as RequestInit);
const get = () => new Request("http://app.test/api/things");

describe("handle", () => {
  let bench: ReturnType<typeof setUp>;
  beforeEach(() => {
    bench = setUp();
  });
  const echo = () => bench.handle(contract, async ({ owner, params, query, body }) => ({ owner, params, query, body }));

  test("gives a handler its parsed request, without what the contract does not name", async () => {
    const response = await echo()(post('{"text":"grüß","more":1}', { query: "?limit=7&utm=x" }), context());
    expect(response.headers.get("cache-control")).toBe("private, no-store");
    expect(await response.json()).toEqual({
      owner: "ada",
      params: { id: "thing_1", n: 1 },
      query: { limit: 7 },
      body: { text: "grüß" },
    });
  });

  test.each([
    ["a body that breaks the contract", '{"text":1}', {}, {}, 422, "invalid_request"],
    ["a body that is no JSON", "{text", {}, {}, 422, "invalid_request"],
    ["a body that is no UTF-8", new Uint8Array([0x22, 0xff, 0x22]), {}, {}, 422, "invalid_request"],
    ["no body where one is needed", null, {}, {}, 422, "invalid_request"],
    ["a query that breaks the contract", '{"text":""}', {}, { query: "?limit=11" }, 422, "invalid_request"],
    ["a parameter that breaks the contract", '{"text":""}', { id: "thing_1", n: "-1" }, {}, 422, "invalid_request"],
    ["an id of another form, which names nothing", '{"text":""}', { id: "../1" }, {}, 404, "not_found"],
    [
      "a body nested too deep",
      `{"text":"","more":${"[".repeat(100)}${"]".repeat(100)}}`,
      {},
      {},
      422,
      "invalid_request",
    ],
    ["a body over the limit", " ".repeat(MAX_JSON_BYTES + 1), {}, {}, 413, "too_large"],
  ])("answers a problem for %s", async (_name, body, params, options, status, code) => {
    const response = await echo()(post(body, options), context({ id: "thing_1", ...params }));
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ type: "about:blank", status, code });
    expect(bench.unexpected).toEqual([]);
  });

  test("names each issue with its place", async () => {
    const response = await echo()(post('{"text":1}'), context());
    expect(await response.json()).toMatchObject({ issues: [{ path: ["text"], code: "invalid_type" }] });
  });

  test("stops reading a body without declared length once it is over the limit", async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1;
        controller.enqueue(new Uint8Array(64 * 1024));
      },
    });
    const response = await echo()(post(endless), context());
    expect(response.status).toBe(413);
    expect(sent).toBeLessThan(10);
  });

  test("refuses a foreign page before it parses anything or makes a session", async () => {
    bench = setUp(null);
    const response = await echo()(post("{broken", { headers: { origin: "https://evil.test" } }), context());
    expect(await response.json()).toMatchObject({ status: 403, code: "foreign_origin" });
    expect(response.headers.get("set-cookie")).toBeNull();
  });

  test("makes a session for the first call without one, also if it ends in a problem", async () => {
    bench = setUp(null);
    const good = await bench.handle(readOnly, async ({ owner }) => ({ owner }))(get(), context());
    expect(await good.json()).toEqual({ owner: "new" });
    expect(good.headers.get("set-cookie")).toBe("longhaul_session=fresh; HttpOnly");
    const bad = await echo()(post("{broken"), context());
    expect([bad.status, bad.headers.get("set-cookie")]).toEqual([422, "longhaul_session=fresh; HttpOnly"]);
  });

  test("makes no session for a caller who has one, nor for an open endpoint", async () => {
    const known = await bench.handle(readOnly, async () => ({}))(get(), context());
    bench = setUp(null);
    const open = await bench.handleOpen(readOnly, async () => ({}))(get(), context());
    expect([known, open].map((response) => response.headers.get("set-cookie"))).toEqual([null, null]);
  });

  test("answers an expected error with its code, title and details", async () => {
    const fail = bench.handle(readOnly, async () => {
      throw new AppError("parts_missing", "Parts are missing.", { details: { missing: [2] } });
    });
    const response = await fail(get(), context());
    expect([response.status, await response.json()]).toEqual([
      409,
      { type: "about:blank", status: 409, code: "parts_missing", title: "Parts are missing.", missing: [2] },
    ]);
  });

  test.each([
    ["trouble of our own", new Error("redis://secret@host refused"), 500, "internal", null],
    ["a damaged record", z.string().safeParse({ secret: 1 }).error, 500, "internal", null],
    ["a store that is down", new StoreUnavailableError("secret"), 503, "unavailable", "5"],
  ])("keeps %s to itself and logs it", async (_name, error, status, code, retryAfter) => {
    const fail = bench.handle(readOnly, async () => {
      throw error;
    });
    const response = await fail(get(), context());
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ status, code });
    expect(text).not.toContain("secret");
    expect(response.headers.get("retry-after")).toBe(retryAfter);
    expect(bench.unexpected).toEqual([error]);
  });
});
