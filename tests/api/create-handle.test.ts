import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { createHandle } from "@/lib/api/create-handle";
import { MAX_JSON_BYTES } from "@/lib/api/read-body";
import { defineContract } from "@/lib/contracts/contract";
import { StoreUnavailableError } from "@/lib/core/ledger";
import { AppError } from "@/lib/errors";
import { tooMany } from "@/lib/quota/limits";

const contract = defineContract({
  params: z.object({ id: z.string().startsWith("thing_"), n: z.coerce.number().positive().default(1) }),
  query: z.object({ limit: z.coerce.number().max(10).default(5) }),
  body: z.object({ text: z.string() }),
  reply: z.unknown(),
});
const readOnly = defineContract({ reply: z.unknown() });

interface Options {
  readonly owner?: string;
  readonly isNew?: boolean;
  readonly refusal?: "unauthenticated" | "invitation_needed";
  readonly isOperator?: boolean;
  readonly isBusy?: boolean;
}

const COOKIE = "longhaul_session=fresh; HttpOnly";

function setUp({ owner = "ada", isNew = false, refusal, isOperator = false, isBusy = false }: Options = {}) {
  const unexpected: unknown[] = [];
  const audited: string[] = [];
  const asked: string[] = [];
  const handles = createHandle({
    open: () => ({
      identify: async () =>
        refusal ? { kind: refusal } : { kind: "owner" as const, owner, setCookie: isNew ? COOKIE : null },
      operator: { isOperator: async () => isOperator },
      audit: { write: async (action: string) => void audited.push(action) },
      limits: {
        async admit(subject: string, what: string) {
          asked.push(`${what} by ${subject}`);
          if (isBusy) throw tooMany("Too many requests.", 1_500);
        },
      },
      placeOf: () => "at_home",
    }),
    isForeign: (request) => request.headers.get("origin") === "https://evil.test",
    onUnexpected: (error) => void unexpected.push(error),
  });
  return { ...handles, unexpected, audited, asked };
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
  const broken = () =>
    new ReadableStream({
      start: (controller) => controller.enqueue(new Uint8Array(1)),
      pull: () => Promise.reject(new Error("aborted")),
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
    ["a body that breaks off, which is no failure of ours", broken(), {}, {}, 422, "invalid_request"],
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
    ["a number that JSON has and we have not", '{"text":"","more":[-1e999]}', {}, {}, 422, "invalid_request"],
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
    bench = setUp({ isNew: true });
    const response = await echo()(post("{broken", { headers: { origin: "https://evil.test" } }), context());
    expect(await response.json()).toMatchObject({ status: 403, code: "foreign_origin" });
    expect(response.headers.get("set-cookie")).toBeNull();
  });

  test("makes a session for the first call without one, also if it ends in a problem", async () => {
    bench = setUp({ owner: "new", isNew: true });
    const good = await bench.handle(readOnly, async ({ owner }) => ({ owner }))(get(), context());
    expect(await good.json()).toEqual({ owner: "new" });
    expect(good.headers.get("set-cookie")).toBe(COOKIE);
    const bad = await echo()(post("{broken"), context());
    expect([bad.status, bad.headers.get("set-cookie")]).toEqual([422, COOKIE]);
  });

  test("makes no session for a caller who has one, nor for an open endpoint", async () => {
    const known = await bench.handle(readOnly, async () => ({}))(get(), context());
    bench = setUp({ isNew: true });
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

describe("a limit", () => {
  const answer = async () => ({});

  test("counts reads and mutations of an owner, and all of one place together where nobody is known by name", async () => {
    const bench = setUp({ owner: "own_1.at_work" });
    await bench.handle(readOnly, answer)(get(), context());
    await bench.handle(readOnly, answer)(post(null), context());
    await bench.handle({ ...readOnly, isRepeated: true }, answer)(post(null), context());
    await bench.handleOpen(readOnly, answer)(get(), context());
    await bench.handleOpen(readOnly, answer)(post(null), context());
    expect(bench.asked).toEqual([
      "read by at_work",
      "mutation by at_work",
      "read by at_work",
      "read by at_home",
      "mutation by at_home",
    ]);
  });

  test("is answered with the time to wait, before anything is parsed", async () => {
    const bench = setUp({ isBusy: true });
    const response = await bench.handle(contract, answer)(post("{broken"), context());
    expect([response.status, response.headers.get("retry-after"), await response.json()]).toEqual([
      429,
      "2",
      { type: "about:blank", status: 429, code: "too_many_requests", title: "Too many requests.", retryAfterS: 2 },
    ]);
  });
});

describe("a caller who is nobody", () => {
  test.each([
    ["unauthenticated", "This API token is not valid, or was revoked."],
    ["invitation_needed", "This application is open to those who were invited. Ask its operator for an invitation."],
  ] as const)("is answered %s, and nothing is done for him", async (refusal, title) => {
    const bench = setUp({ refusal });
    const response = await bench.handle(contract, async () => expect.fail("it was done"))(post("{broken"), context());
    expect([response.status, await response.json()]).toEqual([
      401,
      { type: "about:blank", status: 401, code: refusal, title },
    ]);
    expect(bench.asked).toEqual([]);
  });
});

describe("a body that nobody reads", () => {
  /** A download that says whether it was let go. */
  function aDownload() {
    const found = { isLetGo: false };
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(4)),
      cancel: () => void Object.assign(found, { isLetGo: true }),
    });
    return { found, reply: new Response(body, { status: 206, headers: { etag: '"1"' } }) };
  }

  test("is let go for a HEAD, whose answer says all else", async () => {
    const { found, reply } = aDownload();
    const head = setUp().handle(readOnly, async () => reply);
    const response = await head(new Request("http://app.test/api/things", { method: "HEAD" }), context());
    expect([response.status, response.headers.get("etag"), response.body]).toEqual([206, '"1"', null]);
    expect(found.isLetGo).toBe(true);
  });

  test("is let go when its reader has left meanwhile", async () => {
    const { found, reply } = aDownload();
    const reader = new AbortController();
    const act = setUp().handle(readOnly, async () => {
      reader.abort();
      return reply;
    });
    await act(new Request("http://app.test/api/things", { signal: reader.signal }), context());
    expect(found.isLetGo).toBe(true);
  });

  test("is left to whoever reads it", async () => {
    const { found, reply } = aDownload();
    expect(await setUp().handle(readOnly, async () => reply)(get(), context())).toBe(reply);
    expect(found.isLetGo).toBe(false);
  });
});

describe("handleOperator", () => {
  const body = defineContract({ body: z.object({ note: z.string() }), reply: z.unknown() });

  test("writes down what the operator does, before it is done", async () => {
    const bench = setUp({ isOperator: true });
    const act = bench.handleOperator(
      body,
      (call) => `Wrote ${call.body.note}`,
      async () => ({ audited: [...bench.audited] }),
    );
    expect(await (await act(post('{"note":"hello"}'), context())).json()).toEqual({ audited: ["Wrote hello"] });
  });

  test("writes down what has no words of its own by its address, and reads not at all", async () => {
    const bench = setUp({ isOperator: true });
    const act = bench.handleOperator(readOnly, null, async () => ({}));
    await act(get(), context());
    await act(post(null), context());
    expect(bench.audited).toEqual(["POST /api/things"]);
  });

  test("refuses everybody else before anything is parsed", async () => {
    const bench = setUp();
    const act = bench.handleOperator(body, null, async () => expect.fail("it was done"));
    const response = await act(post("{broken"), context());
    expect([response.status, (await response.json()).code]).toEqual([401, "operator_needed"]);
    expect([bench.audited, bench.asked]).toEqual([[], ["read by at_home"]]);
  });

  test("refuses a foreign page also with the operator's cookie", async () => {
    const bench = setUp({ isOperator: true });
    const act = bench.handleOperator(body, null, async () => expect.fail("it was done"));
    const response = await act(post('{"note":""}', { headers: { origin: "https://evil.test" } }), context());
    expect(response.status).toBe(403);
  });
});
