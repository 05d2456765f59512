import { inspect } from "node:util";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { Change, Ledger } from "@/lib/core/ledger";
import { StoreUnavailableError } from "@/lib/core/ledger";
import { connectTcp } from "@/lib/store/redis/connect-tcp";
import { connectUpstash } from "@/lib/store/redis/connect-upstash";
import { createRedisLedger } from "@/lib/store/redis/redis-ledger";
import { hasRedisServer, onRedis, type RedisServer, startRedis } from "@/tests/support/redis";
import { aFaultyLedger } from "@/tests/support/redis-faults";
import { UPSTASH_TOKEN, UPSTASH_URL } from "@/tests/support/upstash-rest";

const SECRET = "secret-payload";
const CHANGE: Change = { puts: [{ key: "doc", expect: 0, entry: { rev: 1, text: SECRET } }] };

/** Waits that are over at once, and remembered. */
function aWait() {
  const waits: number[] = [];
  const wait = async (ms: number) => waits.push(ms);
  return { wait, waits };
}

async function failureOf(ledger: Ledger): Promise<unknown> {
  return ledger.apply([CHANGE]).then(
    () => expect.fail("it did not fail"),
    (error: unknown) => error,
  );
}

function expectUnavailable(error: unknown) {
  expect(error).toBeInstanceOf(StoreUnavailableError);
  const shown = inspect(error, { depth: null, showHidden: true });
  for (const secret of [SECRET, UPSTASH_TOKEN, "redis.call", "EVAL", "eval", "\nlocal "]) {
    expect(shown.replace(/^ {4}at .*$/gm, "")).not.toContain(secret);
  }
}

describe("a Redis that cannot be reached", () => {
  const network = setupServer();
  beforeAll(() => network.listen({ onUnhandledFrame: "error" }));
  afterAll(() => network.close());
  beforeEach(() => network.resetHandlers());

  const overRest = (timeoutMs?: number) => {
    const { wait, waits } = aWait();
    const { redis } = connectUpstash({ url: UPSTASH_URL, token: UPSTASH_TOKEN, wait, timeoutMs });
    return { ledger: createRedisLedger({ redis }), waits };
  };
  const answer = (resolve: () => Response | Promise<Response>) => {
    const sent: string[] = [];
    network.use(
      http.post(`${UPSTASH_URL}/*`, async ({ request }) => {
        sent.push(await request.text());
        return resolve();
      }),
    );
    return sent;
  };

  test.each<[string, () => Response]>([
    ["drops the connection", () => HttpResponse.error()],
    ["answers 502 with a page", () => HttpResponse.html("<h1>Bad gateway</h1>", { status: 502 })],
    ["answers 503 with a sentence", () => HttpResponse.json({ error: "Service unavailable" }, { status: 503 })],
    ["is loading its data", () => HttpResponse.json({ error: "LOADING Redis is loading" }, { status: 400 })],
  ])("is sent the identical request four times when it %s", async (_, resolve) => {
    const sent = answer(resolve);
    const { ledger, waits } = overRest();
    expectUnavailable(await failureOf(ledger));
    expect(sent).toHaveLength(4);
    expect(new Set(sent).size).toBe(1);
    expect(waits).toEqual([50, 250, 1_000]);
  });

  test("is given up on when it does not answer in time", async () => {
    const sent = answer(() => new Promise<Response>(() => {}));
    const { ledger } = overRest(5);
    expectUnavailable(await failureOf(ledger));
    expect(sent).toHaveLength(4);
  });

  test.each([
    "ERR max requests limit exceeded. Limit: 500000, Usage: 500000.",
    "ERR max daily request limit exceeded",
    "ERR DB capacity quota exceeded",
    "OOM command not allowed when used memory > 'maxmemory'.",
    "WRONGPASS invalid or missing auth token",
  ])("is asked once when it refuses everybody: %s", async (error) => {
    const sent = answer(() => HttpResponse.json({ error }, { status: 400 }));
    expectUnavailable(await failureOf(overRest().ledger));
    expect(sent).toHaveLength(1);
  });

  test("is unavailable over TCP when nobody listens", async () => {
    const { wait, waits } = aWait();
    const connection = connectTcp({ url: "/nowhere/redis.sock", wait });
    onTestFinished(() => connection.close());
    const error = await failureOf(createRedisLedger({ redis: connection.redis }));
    expectUnavailable(error);
    expect(waits).toEqual([50, 250, 1_000]);
  });
});

describe.skipIf(!hasRedisServer)(onRedis("a Redis whose answers get lost"), () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    await server.flush();
  });

  test("is written to once though the request was sent twice", async () => {
    const { ledger, lose } = aFaultyLedger(server);
    lose(1);
    expect(await ledger.apply([CHANGE])).toEqual([false]); // what it finds is its own write
    expect(await ledger.read(["doc"])).toEqual([{ rev: 1, text: SECRET }]);
  });

  test("is unavailable when they stay lost, and may have been written to", async () => {
    const { ledger, lose } = aFaultyLedger(server);
    lose(4);
    expectUnavailable(await failureOf(ledger));
    expect(await ledger.read(["doc"])).toEqual([{ rev: 1, text: SECRET }]);
  });

  test("learns the script again after it has forgotten it", async () => {
    const { ledger } = aFaultyLedger(server);
    await ledger.apply([CHANGE]);
    await server.tcp.script("FLUSH");
    expect(await ledger.apply([CHANGE])).toEqual([false]);
  });

  test("refuses a command on a key of another kind once, without showing the command", async () => {
    const { ledger, requests } = aFaultyLedger(server);
    await server.tcp.set("longhaul:set:line", SECRET);
    const error = await ledger.apply([{ moves: [{ set: "line", member: SECRET, score: 1 }] }]).catch((e) => e);
    expect(error).not.toBeInstanceOf(StoreUnavailableError);
    expect(error.message).toMatch(/^Redis refused a command: WRONGTYPE/);
    expect(inspect(error)).not.toContain(SECRET);
    expect(requests()).toBe(1);
  });
});
