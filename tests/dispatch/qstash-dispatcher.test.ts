import { HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Kick } from "@/lib/core/job-store";
import { createQstashDispatcher } from "@/lib/dispatch/qstash-dispatcher";
import { QSTASH_TOKEN, QSTASH_URL, qstashDouble } from "@/tests/dispatch/qstash-double";

const BASE_URL = "https://jobs.example";
const DAY_MS = 24 * 3_600_000;

const aKick = (kick: Partial<Kick> = {}): Kick => ({ queue: "imports", nonce: "kick_1", delayMs: 0, ...kick });

const network = setupServer();
beforeAll(() => network.listen({ onUnhandledFrame: "error" }));
afterAll(() => network.close());
beforeEach(() => network.resetHandlers());

function setUp({ token = QSTASH_TOKEN, ...options }: Partial<Parameters<typeof createQstashDispatcher>[0]> = {}) {
  const qstash = qstashDouble();
  network.use(qstash.handler);
  const waits: number[] = [];
  const wait = async (ms: number) => waits.push(ms);
  const dispatcher = createQstashDispatcher({
    url: QSTASH_URL,
    token,
    baseUrl: BASE_URL,
    bypassSecret: undefined,
    wait,
    ...options,
  });
  return { qstash, dispatcher, waits };
}

/** The vendor's client prints what fails, without secrets; the caller logs it as well. */
const printsFailures = () => vi.spyOn(console, "error").mockImplementation(() => {});

describe("the QStash dispatcher", () => {
  test("publishes a kick to the worker route, with its retries and who hears of its failure", async () => {
    const { qstash, dispatcher } = setUp();
    await dispatcher.kick([aKick()]);
    expect(qstash.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "POST https://qstash.test/v2/publish/https://jobs.example/api/worker",
    ]);
    expect(qstash.published).toEqual([
      {
        destination: "https://jobs.example/api/worker",
        body: '{"queue":"imports","nonce":"kick_1"}',
        headers: {
          authorization: `Bearer ${QSTASH_TOKEN}`,
          "content-type": "application/json",
          "upstash-deduplication-id": "imports__kick_1__jobs.example",
          "upstash-failure-callback": "https://jobs.example/api/qstash/undelivered",
          "upstash-method": "POST",
          "upstash-retries": "3",
          "upstash-retry-delay": "35000",
        },
      },
    ]);
  });

  test("sends nothing when there is nothing to send", async () => {
    const { qstash, dispatcher } = setUp();
    await dispatcher.kick([]);
    expect(qstash.requests).toEqual([]);
  });

  test.each([
    [1, "1s"],
    [1_000, "1s"],
    [1_001, "2s"],
    [7 * DAY_MS, "604800s"],
  ])("never delivers a delayed kick early: %i ms", async (delayMs, shown) => {
    const { qstash, dispatcher } = setUp();
    await dispatcher.kick([aKick({ delayMs })]);
    expect(qstash.published[0]?.headers["upstash-delay"]).toBe(shown);
  });

  test("leaves a delay that no free plan takes to the sweep", async () => {
    const { qstash, dispatcher } = setUp();
    await dispatcher.kick([aKick({ delayMs: 7 * DAY_MS + 1 }), aKick({ queue: "mails" })]);
    expect(qstash.published.map(({ body }) => JSON.parse(body))).toEqual([{ queue: "mails", nonce: "kick_1" }]);
  });

  test("opens the protection of a preview deployment for the kick and for the news of its failure", async () => {
    const { qstash, dispatcher } = setUp({ bypassSecret: "open-sesame" });
    await dispatcher.kick([aKick()]);
    expect(qstash.published[0]?.headers).toMatchObject({
      "upstash-forward-x-vercel-protection-bypass": "open-sesame",
      "upstash-failure-callback-forward-x-vercel-protection-bypass": "open-sesame",
    });
  });

  test("sends several kicks in one request, a hundred at most", async () => {
    const { qstash, dispatcher } = setUp();
    const kicks = Array.from({ length: 101 }, (_, i) => aKick({ nonce: `at-${i}`, delayMs: 1_000 * (i + 1) }));
    await dispatcher.kick(kicks);
    expect(qstash.requests.map(({ url }) => url)).toEqual([
      `${QSTASH_URL}/v2/batch`,
      `${QSTASH_URL}/v2/publish/https://jobs.example/api/worker`,
    ]);
    expect(qstash.published).toHaveLength(101);
    expect(qstash.published[1]).toEqual({
      destination: "https://jobs.example/api/worker",
      body: '{"queue":"imports","nonce":"at-1"}',
      headers: {
        "content-type": "application/json",
        "upstash-deduplication-id": "imports__at-1__jobs.example",
        "upstash-delay": "2s",
        "upstash-failure-callback": "https://jobs.example/api/qstash/undelivered",
        "upstash-method": "POST",
        "upstash-retries": "3",
        "upstash-retry-delay": "35000",
      },
    });
  });

  test("makes one message of a kick that is published twice, and another of the next kick", async () => {
    const { qstash, dispatcher } = setUp();
    await dispatcher.kick([aKick({ nonce: "at-9", delayMs: 9_000 })]);
    await dispatcher.kick([aKick({ nonce: "at-9", delayMs: 8_000 })]);
    expect(qstash.published).toHaveLength(1);
    await dispatcher.kick([aKick({ nonce: "kick_2" })]);
    await dispatcher.kick([aKick({ queue: "mails", nonce: "at-9" })]);
    expect(qstash.published).toHaveLength(3);
  });

  test("does not take another application's kick, nor a queue of a similar name, for its own", async () => {
    const { qstash, dispatcher } = setUp();
    const other = createQstashDispatcher({
      url: QSTASH_URL,
      token: QSTASH_TOKEN,
      baseUrl: "http://other.example:8080",
      bypassSecret: undefined,
      wait: async () => {},
    });
    await dispatcher.kick([aKick({ nonce: "at-9" })]);
    await other.kick([aKick({ nonce: "at-9" })]);
    await other.kick([aKick({ nonce: "at-9", queue: "im:ports" })]);
    await other.kick([aKick({ nonce: "at-9", queue: "im_ports" })]);
    expect(qstash.published).toHaveLength(4);
  });

  test("sends the same message again when the connection breaks or QStash fails", async () => {
    const said = printsFailures();
    const { qstash, dispatcher, waits } = setUp();
    qstash.failNext(
      () => HttpResponse.error(),
      () => HttpResponse.json({ error: "internal" }, { status: 503 }),
    );
    await dispatcher.kick([aKick()]);
    expect(qstash.requests).toHaveLength(3);
    expect(qstash.published).toHaveLength(1);
    expect(waits).toEqual([100, 500]);
    said.mockRestore();
  });

  test("makes one message of a kick whose answer got lost", async () => {
    const said = printsFailures();
    const { qstash, dispatcher } = setUp();
    qstash.loseNextAnswer();
    await dispatcher.kick([aKick()]);
    expect(qstash.requests).toHaveLength(2);
    expect(qstash.published).toHaveLength(1);
    said.mockRestore();
  });

  test("gives up after three tries", async () => {
    const said = printsFailures();
    const { qstash, dispatcher } = setUp();
    const fails = () => HttpResponse.text("down", { status: 502 });
    qstash.failNext(fails, fails, fails);
    await expect(dispatcher.kick([aKick()])).rejects.toThrow("down");
    expect(qstash.requests).toHaveLength(3);
    said.mockRestore();
  });

  test("does not wait for an answer that does not come", async () => {
    const { qstash, dispatcher } = setUp({ timeoutMs: 5 });
    const hangs = () => new Promise<Response>(() => {});
    qstash.failNext(hangs, hangs, hangs);
    await expect(dispatcher.kick([aKick()])).rejects.toThrow("No answer within 5 ms.");
  });

  test.each([
    [429, { "RateLimit-Limit": "1000", "RateLimit-Remaining": "0" }],
    [429, {}],
    [400, {}],
    [412, {}],
  ])("reports a refusal with %i at once: asking again would not change it", async (status, headers) => {
    const said = printsFailures();
    const { qstash, dispatcher } = setUp();
    qstash.failNext(() => HttpResponse.json({ error: "no" }, { status, headers }));
    await expect(dispatcher.kick([aKick()])).rejects.toMatchObject({ status });
    expect(qstash.requests).toHaveLength(1);
    said.mockRestore();
  });

  test("reports a wrong token without telling it", async () => {
    const said = printsFailures();
    const { dispatcher } = setUp({ token: "wrong-token" });
    await expect(dispatcher.kick([aKick()])).rejects.toThrow("unable to authenticate");
    expect(JSON.stringify(said.mock.calls)).not.toContain("wrong-token");
    said.mockRestore();
  });

  test("reports a batch of which QStash took only a part", async () => {
    const { qstash, dispatcher } = setUp();
    const partly = () => HttpResponse.json([{ messageId: "msg_1" }, { error: "quota exceeded" }]);
    qstash.failNext(partly, partly, partly);
    await expect(dispatcher.kick([aKick(), aKick({ queue: "mails" })])).rejects.toThrow("QStash took 1 of 2 kicks.");
  });

  test("asks QStash itself even where the environment asks for its development server", async () => {
    vi.stubEnv("QSTASH_DEV", "true");
    vi.stubEnv("QSTASH_URL", "http://localhost:8080");
    const { qstash, dispatcher } = setUp();
    await dispatcher.kick([aKick()]);
    expect(qstash.published).toHaveLength(1);
    vi.unstubAllEnvs();
  });
});
