import { Client, Receiver } from "@upstash/qstash";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createChance } from "@/rehearsal/chance";
import { startQstash } from "@/rehearsal/qstash";
import { serve } from "@/rehearsal/serve";

const FLAWLESS = { doubled: 0, late: 0, lost: 0, overtaken: 0, undeliverable: 0, "missed ticks": 0 };

interface Arrival {
  readonly path: string;
  readonly body: string;
  readonly id: string | null;
  readonly retried: string | null;
  readonly bypass: string | null;
  readonly isSigned: boolean;
}

/** A destination that answers as told, beside a QStash that the stock client publishes to. */
async function setUp(shares: Partial<typeof FLAWLESS>, answers: readonly Response[] = []) {
  const left = [...answers];
  const arrivals: Arrival[] = [];
  const qstash = await startQstash({
    chance: createChance(1, "qstash"),
    clock: Date.now,
    shares: { ...FLAWLESS, ...shares },
    lateMs: [30, 60],
  });
  onTestFinished(qstash.stop);
  const { currentSigningKey, nextSigningKey, token, url: baseUrl } = qstash;
  const receiver = new Receiver({ currentSigningKey, nextSigningKey, devMode: false });
  const destination = await serve(async (request) => {
    const body = await request.text();
    const signature = request.headers.get("upstash-signature") ?? "";
    arrivals.push({
      path: new URL(request.url).pathname,
      body,
      id: request.headers.get("upstash-message-id"),
      retried: request.headers.get("upstash-retried"),
      bypass: request.headers.get("x-vercel-protection-bypass"),
      isSigned: await receiver.verify({ signature, body, url: request.url }).catch(() => false),
    });
    return left.shift() ?? Response.json({});
  });
  onTestFinished(destination.stop);
  const client = new Client({ baseUrl, token, devMode: false, enableTelemetry: false, retry: false });
  return { qstash, client, arrivals, url: `${destination.url}/api/worker?a=b` };
}

describe("the rehearsed QStash", () => {
  test("delivers what the stock client publishes, signed so that the stock receiver lets it in", async () => {
    const { client, arrivals, url } = await setUp({});
    const { messageId } = await client.publishJSON({
      url,
      body: { queue: "imports" },
      headers: { "x-vercel-protection-bypass": "let me in" },
    });
    await vi.waitFor(() =>
      expect(arrivals).toEqual([
        {
          path: "/api/worker",
          body: '{"queue":"imports"}',
          id: messageId,
          retried: "0",
          bypass: "let me in",
          isSigned: true,
        },
      ]),
    );
  });

  test("delivers each message of a batch, but what it knows already", async () => {
    const { client, arrivals, url } = await setUp({});
    await client.publishJSON({ url, body: { n: 1 }, deduplicationId: "imports-1" });
    const answers = await client.batch([
      { url, body: '{"n":1}', deduplicationId: "imports-1" },
      { url, body: '{"n":2}', deduplicationId: "imports-2" },
    ]);
    expect(answers).toMatchObject([{ deduplicated: true }, { messageId: expect.any(String) }]);
    await vi.waitFor(() => expect(arrivals.map(({ body }) => body).sort()).toEqual(['{"n":1}', '{"n":2}']));
  });

  test("delivers again after the asked delay, until it is taken", async () => {
    const { qstash, client, arrivals, url } = await setUp({}, [new Response(null, { status: 503 })]);
    await client.publishJSON({ url, body: {}, retries: 2, retryDelay: "pow(2, retried) * 10" });
    await vi.waitFor(() => expect(arrivals.map(({ retried }) => retried)).toEqual(["0", "1"]));
    await vi.waitFor(() => expect(qstash.seen.get("delivered")).toBe(1));
  });

  test("calls the failure callback when nothing helps any more", async () => {
    const hopeless = new Response(null, { status: 489, headers: { "upstash-nonretryable-error": "true" } });
    const { client, arrivals, url } = await setUp({}, [hopeless]);
    const failureCallback = new URL("/api/undelivered", url).href;
    const { messageId } = await client.publishJSON({ url, body: { n: 1 }, failureCallback });
    await vi.waitFor(() => expect(arrivals).toHaveLength(2));
    expect(arrivals[1]).toMatchObject({ path: "/api/undelivered", isSigned: true });
    const told = JSON.parse(arrivals[1]?.body ?? "");
    expect(told).toMatchObject({ status: 489, retried: 0, sourceMessageId: messageId, url });
    expect(Buffer.from(told.sourceBody, "base64").toString()).toBe('{"n":1}');
  });

  test("tells the failure callback alone of what it could not deliver", async () => {
    const { qstash, client, url } = await setUp({ undeliverable: 1 });
    await client.publishJSON({ url, body: {}, retries: 2, retryDelay: "1", failureCallback: url });
    // The callback is undeliverable too here, and names no callback of its own.
    await vi.waitFor(() => expect(Object.fromEntries(qstash.injected)).toEqual({ undeliverable: 2 }));
    expect(Object.fromEntries(qstash.seen)).toEqual({ published: 2, dead: 1 });
  });

  test("takes a deduplication id once", async () => {
    const { client, arrivals, url } = await setUp({});
    const first = await client.publishJSON({ url, body: {}, deduplicationId: "imports-1" });
    const second = await client.publishJSON({ url, body: {}, deduplicationId: "imports-1" });
    expect(second).toMatchObject({ messageId: first.messageId, deduplicated: true });
    await client.publishJSON({ url, body: { last: true } });
    await vi.waitFor(() => expect(arrivals.map(({ body }) => body).sort()).toEqual(['{"last":true}', "{}"]));
  });

  test("loses a message that it has accepted", async () => {
    const { qstash, client, arrivals, url } = await setUp({ lost: 1 });
    expect(await client.publishJSON({ url, body: {} })).toMatchObject({ messageId: expect.any(String) });
    expect(qstash.injected).toEqual(new Map([["lost", 1]]));
    expect(arrivals).toEqual([]);
  });

  test("delivers a message twice, and late", async () => {
    const { qstash, client, arrivals, url } = await setUp({ doubled: 1, late: 1 });
    const { messageId } = await client.publishJSON({ url, body: {} });
    await vi.waitFor(() => expect(arrivals.map(({ id }) => id)).toEqual([messageId, messageId]), 5_000);
    expect(Object.fromEntries(qstash.injected)).toEqual({ doubled: 1, late: 1 });
  });

  test("fires a schedule at each tick, as a new message", async () => {
    const { qstash, client, arrivals, url } = await setUp({});
    await client.schedules.create({ destination: url, cron: "* * * * *", scheduleId: "sweep" });
    await client.schedules.create({ destination: url, cron: "* * * * *", scheduleId: "sweep" });
    qstash.tick();
    qstash.tick();
    await vi.waitFor(() => expect(new Set(arrivals.map(({ id }) => id)).size).toBe(2));
    expect(arrivals).toHaveLength(2);
    expect(arrivals.every(({ isSigned }) => isSigned)).toBe(true);
  });

  test("misses a tick", async () => {
    const { qstash, client, url } = await setUp({ "missed ticks": 1 });
    await client.schedules.create({ destination: url, cron: "* * * * *" });
    qstash.tick();
    expect(qstash.seen).toEqual(new Map([["missed ticks", 1]]));
  });

  test("refuses a stranger, and what is no address", async () => {
    const { qstash, url } = await setUp({});
    const publish = (to: string, token: string) =>
      fetch(`${qstash.url}/v2/publish/${to}`, { method: "POST", headers: { authorization: `Bearer ${token}` } });
    expect((await publish(url, "wrong")).status).toBe(401);
    expect((await publish("ftp://x", qstash.token)).status).toBe(400);
  });
});
