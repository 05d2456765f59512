import { describe, expect, test } from "vitest";
import { createAudit } from "@/lib/auth/audit";
import { createOperator } from "@/lib/auth/operator";
import { createPlaceOf } from "@/lib/auth/place";
import { deriveKey, digestOf } from "@/lib/auth/secrets";
import { createSessions } from "@/lib/auth/session";
import { createTokens } from "@/lib/auth/token";
import { createIds } from "@/lib/id";
import { createWindowCounter } from "@/lib/quota/window-counter";
import { createMemoryLedger } from "@/lib/store/memory/create-memory-ledger";
import { createRecordStore } from "@/lib/store/records/create-record-store";
import { aRequestFrom } from "@/tests/auth/an-address";

const NOW = 4_102_444_800_000;
const TOKEN = "a-long-operators-token";
const WINDOW_MS = 15 * 60_000;
const [HOME, ELSEWHERE] = ["203.0.113.7", "198.51.100.1"];

interface Options {
  readonly token?: string | undefined;
  readonly ledger?: ReturnType<typeof createMemoryLedger>;
}

function aDesk(options: Options = {}) {
  const desk = { now: NOW };
  const clock = () => desk.now;
  const ids = createIds(clock);
  const ledger = options.ledger ?? createMemoryLedger({ clock });
  const records = createRecordStore({ ledger, nonce: () => ids("nonce") });
  const audit = createAudit({ records, clock, ids });
  const operator = createOperator({
    token: "token" in options ? options.token : TOKEN,
    secret: "s3cret",
    appUrl: "https://jobs.example",
    attempts: createWindowCounter({ ledger, clock, name: "tries", limit: 3, windowMs: WINDOW_MS }),
    audit,
    placeOf: createPlaceOf("s3cret"),
    clock,
    ids,
  });
  const sessions = createSessions({ secret: "s3cret", appUrl: null, clock, ids });
  const isOperatorWith = (headers: Readonly<Record<string, string>>, from = HOME) =>
    operator.isOperator(aRequestFrom(from, headers));
  return Object.assign(desk, { ...operator, audit, ledger, sessions, isOperatorWith });
}

const cookieOf = (setCookie: string | null) => ({ cookie: setCookie?.split(";")[0] ?? "" });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe("the operator", () => {
  test("is whoever has signed in with the token, for half a day", async () => {
    const desk = aDesk();
    const setCookie = await desk.signIn(aRequestFrom(HOME), TOKEN);
    expect(setCookie).toMatch(/; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure$/);
    expect(await desk.isOperatorWith(cookieOf(setCookie))).toBe(true);
    desk.now += 12 * 3_600_000;
    expect(await desk.isOperatorWith(cookieOf(setCookie))).toBe(false);
  });

  test("may show the token itself, as scripts do", async () => {
    const desk = aDesk();
    expect(await desk.isOperatorWith(bearer(TOKEN))).toBe(true);
    expect(await desk.isOperatorWith(bearer("another-long-token"))).toBe(false);
    expect(await desk.isOperatorWith({})).toBe(false);
  });

  test("is not an owner: neither cookie passes for the other", async () => {
    const desk = aDesk();
    const session = (await desk.sessions.issue("operator")).setCookie.split(/[=;]/)[1] ?? "";
    expect(await desk.isOperatorWith({ cookie: `longhaul_operator=${session}` })).toBe(false);
    const operators = (await desk.signIn(aRequestFrom(HOME), TOKEN))?.split(/[=;]/)[1] ?? "";
    expect(await desk.sessions.read(aRequestFrom(HOME, { cookie: `longhaul_session=${operators}` }))).toBeNull();
  });

  test("is signed out everywhere by a new token", async () => {
    const setCookie = await aDesk().signIn(aRequestFrom(HOME), TOKEN);
    expect(await aDesk({ token: "a-new-operators-token" }).isOperatorWith(cookieOf(setCookie))).toBe(false);
  });

  test.each(["", "undefined", "null", " "])("is nobody where no token is set: %j", async (guess) => {
    const desk = aDesk({ token: undefined });
    expect(await desk.signIn(aRequestFrom(HOME), guess)).toBeNull();
    expect(await desk.isOperatorWith({ authorization: `Bearer ${guess}` })).toBe(false);
    expect(await desk.isOperatorWith({ cookie: `longhaul_operator=${guess}` })).toBe(false);
  });

  test("is nobody where no token is set, not even with a cookie signed for none", async () => {
    const key = deriveKey("s3cret", `operator:${digestOf("")}`);
    const tokens = createTokens({ key, clock: () => NOW, lifeMs: WINDOW_MS });
    const cookie = `longhaul_operator=${await tokens.sign({ owner: "operator", id: "ses_1" })}`;
    expect(await aDesk({ token: undefined }).isOperatorWith({ cookie })).toBe(false);
  });

  test("is written down on signing in", async () => {
    const desk = aDesk();
    await desk.signIn(aRequestFrom(HOME), "wrong");
    await desk.signIn(aRequestFrom(HOME), TOKEN);
    const { actions } = await desk.audit.list({ cursor: null, limit: 10 });
    expect(actions).toEqual([{ id: expect.stringMatching(/^act_/), at: NOW, action: "Signed in" }]);
  });
});

describe("a guesser", () => {
  test("is stopped, also with the right token, until the time is over; others are not", async () => {
    const desk = aDesk();
    for (let tries = 0; tries < 3; tries += 1) await desk.signIn(aRequestFrom(HOME), "wrong");
    const stopped = { code: "too_many_requests", details: { retryAfterS: 900 } };
    await expect(desk.signIn(aRequestFrom(HOME), TOKEN)).rejects.toMatchObject(stopped);
    expect(await desk.signIn(aRequestFrom(ELSEWHERE), TOKEN)).not.toBeNull();
    desk.now += WINDOW_MS;
    expect(await desk.signIn(aRequestFrom(HOME), TOKEN)).not.toBeNull();
  });

  test("is counted over all instances", async () => {
    const one = aDesk();
    const two = aDesk({ ledger: one.ledger });
    for (const desk of [one, two, one]) await desk.signIn(aRequestFrom(HOME), "wrong");
    await expect(two.signIn(aRequestFrom(HOME), TOKEN)).rejects.toMatchObject({ code: "too_many_requests" });
  });

  test("is counted as well where he shows his guesses as a bearer", async () => {
    const desk = aDesk();
    for (let tries = 0; tries < 3; tries += 1) expect(await desk.isOperatorWith(bearer(`wrong${tries}`))).toBe(false);
    expect(await desk.isOperatorWith(bearer(TOKEN))).toBe(false);
    expect(await desk.isOperatorWith(bearer(TOKEN), ELSEWHERE)).toBe(true);
  });
});
