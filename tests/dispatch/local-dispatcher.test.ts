import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Kick } from "@/lib/core/job-store";
import { createLocalDispatcher } from "@/lib/dispatch/local-dispatcher";
import { workerUrl } from "@/lib/dispatch/machine-address";
import { createQstashVerifier } from "@/lib/dispatch/verify-qstash";
import { createIds } from "@/lib/id";

const BASE_URL = "http://127.0.0.1:3000";
const KEY = "own-key";
const DAY_MS = 24 * 3_600_000;

const aKick = (kick: Partial<Kick> = {}): Kick => ({ queue: "imports", nonce: "n1", delayMs: 0, ...kick });

/** A worker route that answers what the test says, in order; then 200. */
function aRoute(...answers: (number | Error)[]) {
  const calls: Request[] = [];
  const waiting: (() => void)[] = [];
  return {
    calls,
    fetch: async (url: string | URL | Request, init?: RequestInit) => {
      calls.push(new Request(url, init));
      waiting.shift()?.();
      const answer = answers.shift() ?? 200;
      if (answer instanceof Error) throw answer;
      return new Response("{}", { status: answer });
    },
    /** Moves the clock, and waits until the signed message has arrived. */
    async nextCall(afterMs: number): Promise<Request | undefined> {
      const arrived = new Promise<void>((resolve) => waiting.push(resolve));
      vi.advanceTimersByTime(afterMs);
      await arrived;
      return calls.at(-1);
    },
    bodies: () => Promise.all(calls.map((call) => call.clone().json())),
  };
}

/** Signing runs outside our timers; a few turns of the real loop let it and the answer come through. */
async function settle() {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe("the local dispatcher", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function setup(...answers: (number | Error)[]) {
    const route = aRoute(...answers);
    const clock = () => Date.now();
    const log = { warn: vi.fn() };
    const dispatcher = createLocalDispatcher({
      baseUrl: BASE_URL,
      signingKey: KEY,
      clock,
      ids: createIds(clock),
      fetch: route.fetch,
      log,
    });
    return { route, dispatcher, log };
  }

  test("posts a kick to the worker route, signed as QStash signs", async () => {
    const { route, dispatcher } = setup();
    await dispatcher.kick([aKick()]);
    const call = await route.nextCall(0);
    expect(call?.url).toBe(workerUrl(BASE_URL));
    expect(call?.headers.get("upstash-message-id")).toMatch(/^msg_/);
    expect(call?.headers.get("upstash-retried")).toBe("0");
    const verify = createQstashVerifier({ currentSigningKey: KEY, nextSigningKey: KEY, url: workerUrl(BASE_URL) });
    expect(call && JSON.parse((await verify(call)) ?? "null")).toEqual({ queue: "imports", nonce: "n1" });
  });

  test("makes one message of the kicks that a queue gets before the first is sent", async () => {
    const { route, dispatcher } = setup();
    await dispatcher.kick([aKick(), aKick({ nonce: "n2" }), aKick({ queue: "mails" })]);
    await dispatcher.kick([aKick({ nonce: "n3" })]);
    await route.nextCall(0);
    await settle();
    expect(await route.bodies()).toEqual([
      { queue: "imports", nonce: "n1" },
      { queue: "mails", nonce: "n1" },
    ]);

    await dispatcher.kick([aKick({ nonce: "n4" })]);
    await route.nextCall(0);
    expect((await route.bodies()).at(-1)).toEqual({ queue: "imports", nonce: "n4" });
  });

  test("delivers a delayed kick when its time has come, not before", async () => {
    const { route, dispatcher } = setup();
    await dispatcher.kick([aKick({ delayMs: 60_000 }), aKick({ nonce: "n2", delayMs: 59_999 })]);
    vi.advanceTimersByTime(59_998);
    await settle();
    expect(route.calls).toHaveLength(0);
    await route.nextCall(200);
    await settle();
    expect(route.calls.length).toBeLessThanOrEqual(2);
  });

  test("does not fire at once what is longer than a timer can be", async () => {
    const { route, dispatcher } = setup();
    await dispatcher.kick([aKick({ delayMs: 60 * DAY_MS })]);
    vi.advanceTimersByTime(59 * DAY_MS);
    await settle();
    expect(route.calls).toHaveLength(0);
    await route.nextCall(DAY_MS + 1_000);
    expect(route.calls).toHaveLength(1);
  });

  test("sends again what the route failed at, under the same message id", async () => {
    const { route, dispatcher } = setup(503, new TypeError("fetch failed"), 500);
    await dispatcher.kick([aKick()]);
    for (const delayMs of [0, 500, 3_000, 35_000]) {
      await route.nextCall(delayMs);
      await settle();
    }
    expect(route.calls.map((call) => call.headers.get("upstash-retried"))).toEqual(["0", "1", "2", "3"]);
    expect(new Set(route.calls.map((call) => call.headers.get("upstash-message-id"))).size).toBe(1);
  });

  test("gives up after a few tries and leaves the rest to the sweep", async () => {
    const { route, dispatcher, log } = setup(500, 500, 500, 500, 500);
    await dispatcher.kick([aKick()]);
    for (const delayMs of [0, 500, 3_000, 35_000]) {
      await route.nextCall(delayMs);
      await settle();
    }
    vi.advanceTimersByTime(DAY_MS);
    await settle();
    expect(route.calls).toHaveLength(4);
    expect(log.warn).toHaveBeenLastCalledWith("kick_refused", { queue: "imports", retried: 3, status: 500 });
  });

  test("lets a new kick pass an old one that waits to be sent again", async () => {
    const { route, dispatcher } = setup(500);
    await dispatcher.kick([aKick()]);
    await route.nextCall(0);
    await settle();
    await dispatcher.kick([aKick({ nonce: "n2" })]);
    await route.nextCall(0);
    expect((await route.bodies()).at(-1)).toEqual({ queue: "imports", nonce: "n2" });
  });

  test.each([401, 404, 489])("does not send again what was answered with %i", async (status) => {
    const { route, dispatcher } = setup(status);
    await dispatcher.kick([aKick()]);
    await route.nextCall(0);
    await settle();
    vi.advanceTimersByTime(DAY_MS);
    await settle();
    expect(route.calls).toHaveLength(1);
  });

  test("takes a worker that works longer than fetch waits for a worker at work", async () => {
    const cause = Object.assign(new Error("Headers Timeout Error"), { code: "UND_ERR_HEADERS_TIMEOUT" });
    const { route, dispatcher, log } = setup(new TypeError("fetch failed", { cause }));
    await dispatcher.kick([aKick()]);
    await route.nextCall(0);
    await settle();
    vi.advanceTimersByTime(DAY_MS);
    await settle();
    expect(route.calls).toHaveLength(1);
    expect(log.warn).not.toHaveBeenCalled();
  });

  test("sends nothing after it was closed", async () => {
    const { route, dispatcher } = setup();
    await dispatcher.kick([aKick(), aKick({ queue: "mails", delayMs: 5_000 })]);
    dispatcher.close();
    vi.advanceTimersByTime(DAY_MS);
    await settle();
    expect(route.calls).toHaveLength(0);
  });

  test("keeps no process alive", async () => {
    const { dispatcher } = setup();
    const unref = vi.spyOn(globalThis, "setTimeout");
    await dispatcher.kick([aKick({ delayMs: 60_000 })]);
    const timer = unref.mock.results[0]?.value;
    expect(timer.hasRef()).toBe(false);
  });
});
