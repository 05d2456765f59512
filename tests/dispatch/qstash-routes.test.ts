import { HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { POST as cron, GET as sweepNow } from "@/app/api/cron/route";
import { POST as undelivered } from "@/app/api/qstash/undelivered/route";
import { POST as worker } from "@/app/api/worker/route";
import type { Server } from "@/lib/server/create-server";
import {
  aFailureCallback,
  CRON_SECRET,
  fromQstash,
  startOnQstash,
  URLS,
  WORKER_SECRET,
} from "@/tests/dispatch/qstash-application";
import { type Published, qstashDouble } from "@/tests/dispatch/qstash-double";

vi.mock("@/lib/server", async () => ({ server: (await import("@/tests/dispatch/qstash-application")).server }));

const KICK = { queue: "imports", nonce: "kick_1" };
const ROUTES = [
  { name: "the worker", route: worker, url: URLS.worker, body: JSON.stringify(KICK), secret: WORKER_SECRET },
  { name: "the cron", route: cron, url: URLS.cron, body: "", secret: CRON_SECRET },
  {
    name: "the undelivered",
    route: undelivered,
    url: URLS.undelivered,
    body: aFailureCallback(KICK),
    secret: WORKER_SECRET,
  },
];
const MINUTE_MS = 60_000;

const network = setupServer();
beforeAll(() => network.listen({ onUnhandledFrame: "error" }));
afterAll(() => network.close());

/** The double of QStash that the application of this test publishes to. */
function aQstash() {
  const qstash = qstashDouble();
  network.resetHandlers(qstash.handler);
  return qstash;
}

describe.each(ROUTES)("$name route, called by QStash", ({ route, url, body, secret }) => {
  beforeEach(aQstash);
  const statusOf = async (request: Request) => (await route(request)).status;

  test("lets in who signs with the current or the next key, and who shows the secret", async () => {
    await startOnQstash();
    expect(await statusOf(await fromQstash({ url, body }))).toBe(200);
    expect(await statusOf(await fromQstash({ url, body, key: "next" }))).toBe(200);
    const shown = { method: "POST", body, headers: { authorization: `Bearer ${secret}` } };
    expect(await statusOf(new Request(url, shown))).toBe(200);
  });

  test("keeps its doors through a rotation of the keys, and closes them to the old key afterwards", async () => {
    await startOnQstash({ currentKey: "next", nextKey: "newest" });
    expect(await statusOf(await fromQstash({ url, body, key: "next" }))).toBe(200);
    expect(await statusOf(await fromQstash({ url, body, key: "newest" }))).toBe(200);
    expect(await statusOf(await fromQstash({ url, body, key: "current" }))).toBe(401);
  });

  test.each([
    ["forged with another key", { key: "guess" }],
    ["signed with a published development key", { key: "sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r" }],
    ["expired", { ageMs: 6 * MINUTE_MS }],
    ["signed for another route", { url: url === URLS.cron ? URLS.worker : URLS.cron }],
    ["signed for another host", { url: url.replace("jobs.example", "evil.example") }],
    ["signed for the address behind the proxy", { url: "http://localhost:3000/api/called" }],
    ["sent with another body", { sent: `${body} ` }],
  ])("answers 401 to a message that is %s", async (_, change) => {
    const { logged } = await startOnQstash();
    expect(await statusOf(await fromQstash({ url, body, ...change }))).toBe(401);
    expect(logged).toEqual([]);
  });

  test.each([
    ["no signature", {}],
    ["nonsense for a signature", { "upstash-signature": "a.b.c" }],
    ["an empty signature", { "upstash-signature": "" }],
    ["a wrong secret", { authorization: "Bearer guess" }],
    ["an empty secret", { authorization: "Bearer " }],
  ])("answers 401 to a call with %s", async (_, headers) => {
    await startOnQstash();
    expect(await statusOf(new Request(url, { method: "POST", body, headers }))).toBe(401);
  });

  test("bears a replay within the five minutes that a signature is good for", async () => {
    await startOnQstash();
    const message = await fromQstash({ url, body, ageMs: 4 * MINUTE_MS });
    const first = await route(message.clone());
    const second = await route(message);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(await second.json()).toEqual(await first.json());
  });

  test("answers 5xx when our machinery fails, so that it is called again", async () => {
    const { app } = await startOnQstash();
    for (const act of ["work", "sweep", "tend"] as const) vi.spyOn(app, act).mockRejectedValue(new Error("broken"));
    expect(await statusOf(await fromQstash({ url, body }))).toBe(500);
  });
});

describe("a message that makes no sense", () => {
  beforeEach(aQstash);

  test.each([
    ["the worker route", worker, URLS.worker, "{"],
    ["the worker route", worker, URLS.worker, '{"queue":""}'],
    ["the undelivered route", undelivered, URLS.undelivered, "{"],
    ["the undelivered route", undelivered, URLS.undelivered, "{}"],
    ["the undelivered route", undelivered, URLS.undelivered, aFailureCallback(KICK, { sourceBody: "not base64!" })],
    ["the undelivered route", undelivered, URLS.undelivered, aFailureCallback({ queue: 7 })],
  ])("is refused for good by %s", async (_name, route, url, body) => {
    await startOnQstash();
    const response = await route(await fromQstash({ url, body }));
    expect(response.status).toBe(489);
    expect(response.headers.get("upstash-nonretryable-error")).toBe("true");
  });
});

describe("a job whose workers are called by QStash", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const later = (ms: number) => vi.setSystemTime(Date.now() + ms);
  const sweep = async () => (await cron(await fromQstash({ url: URLS.cron, body: "" }))).status;
  const deliver = async ({ destination, body }: Published) =>
    (await worker(await fromQstash({ url: destination, body }))).status;
  const nonces = (published: readonly Published[]) => published.map(({ body }) => JSON.parse(body).nonce);

  async function submit(app: Server) {
    const statement = new TextEncoder().encode("Date,Description,Amount\n2025-04-30,Salary,1000.00\n");
    const { fileId } = await app.userFiles.put("ada", "april.csv", statement);
    const input = { fileId, account: "checking" };
    const { job } = await app.queue.submit({ owner: "ada", name: "transactions.import", input, fromApi: true });
    return async () => (await app.queue.read(job.id, "ada")).job.state;
  }

  test("is done by one message, and once however often that arrives", async () => {
    const qstash = aQstash();
    const { app } = await startOnQstash();
    const stateOf = await submit(app);
    const [kick] = qstash.published;
    if (!kick) expect.fail("nothing was published");
    expect(kick.destination).toBe(URLS.worker);
    expect(await Promise.all([deliver(kick), deliver(kick)])).toEqual([200, 200]);
    expect(await stateOf()).toBe("completed");
    expect(await deliver(kick)).toBe(200);
    expect(await sweep()).toBe(200);
    expect(qstash.published).toHaveLength(1);
  });

  test("is accepted although QStash is down, and kicked by the next sweep", async () => {
    const said = vi.spyOn(console, "error").mockImplementation(() => {});
    const qstash = aQstash();
    const { app, logged } = await startOnQstash();
    const fails = () => HttpResponse.error();
    qstash.failNext(fails, fails, fails);
    const stateOf = await submit(app);
    expect(logged).toEqual([["kick_failed", { queues: ["imports"], reason: expect.any(String) }]]);
    expect(await stateOf()).toBe("queued");

    later(MINUTE_MS);
    expect(await sweep()).toBe(200);
    const [kick] = qstash.published;
    if (!kick) expect.fail("nothing was published");
    expect(await deliver(kick)).toBe(200);
    expect(await stateOf()).toBe("completed");
    said.mockRestore();
  });

  test("is kicked again under a new nonce by the sweep when QStash has lost the message", async () => {
    const qstash = aQstash();
    const { app } = await startOnQstash();
    await submit(app);
    later(MINUTE_MS);
    await sweep();
    expect(new Set(nonces(qstash.published)).size).toBe(2);
  });

  test("is kicked again at once when QStash has given the message up", async () => {
    const qstash = aQstash();
    const { app, logged } = await startOnQstash();
    const stateOf = await submit(app);
    later(2 * MINUTE_MS);
    const [first] = qstash.published;
    const body = aFailureCallback(JSON.parse(first?.body ?? ""));
    const call = async () => (await undelivered(await fromQstash({ url: URLS.undelivered, body }))).status;
    expect(await call()).toBe(200);
    expect(logged).toEqual([
      ["kick_given_up", { queue: "imports", messageId: "msg_1", status: 500, retried: 3, dlqId: "1700000000000-0" }],
    ]);
    expect(qstash.published).toHaveLength(2);

    expect(await call()).toBe(200); // a replay finds the new kick outstanding
    expect(qstash.published).toHaveLength(2);
    const second = qstash.published[1];
    if (!second) expect.fail("nothing was published");
    await deliver(second);
    expect(await stateOf()).toBe("completed");
  });

  test("does not wait longer than for the next sweep when its message was refused at once", async () => {
    const qstash = aQstash();
    const { app } = await startOnQstash();
    await submit(app);
    const body = aFailureCallback(JSON.parse(qstash.published[0]?.body ?? ""));
    expect((await undelivered(await fromQstash({ url: URLS.undelivered, body }))).status).toBe(200);
    later(MINUTE_MS);
    const request = new Request(URLS.cron, { headers: { authorization: `Bearer ${CRON_SECRET}` } });
    expect((await sweepNow(request)).status).toBe(200); // Vercel's own cron
    expect(new Set(nonces(qstash.published)).size).toBe(2);
  });
});
