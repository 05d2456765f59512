import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { createMachineRoutes, parseKick } from "@/lib/api/machine-routes";
import { hasBearer } from "@/lib/auth/secrets";
import { createMachineVerifier } from "@/lib/dispatch/verify-machine";
import { createQstashVerifier } from "@/lib/dispatch/verify-qstash";
import { exitCodeOf } from "@/lib/doctor/report";
import type { Variables } from "@/lib/doctor/variables";
import { lockDataDir } from "@/lib/server/data-dir";
import { anExamination, QSTASH_TOKEN, SECRETS } from "@/tests/doctor/an-examination";
import { temporaryFolder } from "@/tests/support/temporary-folder";

const APP = "https://jobs.sample.test";
const QSTASH_URL = "https://qstash.sample.test";
const CURRENT = "sig_current-key-of-qstash-0001";
const NEXT = "sig_next-key-of-qstash-000002";
const CLOUD = {
  ...SECRETS,
  APP_URL: APP,
  QSTASH_URL,
  QSTASH_TOKEN,
  QSTASH_CURRENT_SIGNING_KEY: CURRENT,
  QSTASH_NEXT_SIGNING_KEY: NEXT,
};
const SWEPT = 20_000;

const network = setupServer();
beforeAll(() => network.listen({ onUnhandledFrame: "bypass" }));
afterAll(() => network.close());
beforeEach(() => network.resetHandlers());

/** The app as it is deployed: its status, and the worker route behind the real verification. */
function deploy({
  current = CURRENT,
  next = NEXT,
  url = `${APP}/api/worker`,
  store = "sqlite",
  sweptAgoMs = SWEPT as number | null,
} = {}) {
  const worked: string[] = [];
  const verify = createMachineVerifier({
    verifySignature: createQstashVerifier({ currentSigningKey: current, nextSigningKey: next, url }),
    hasSecret: (request) => hasBearer(request, SECRETS.WORKER_SECRET),
  });
  const route = createMachineRoutes({ open: () => ({}), onUnexpected: (error) => expect.fail(String(error)) })(
    (_, request) => verify(request),
    async (_, body) => {
      const kick = parseKick(body);
      if (!kick) return "malformed";
      worked.push(kick.queue);
      return {};
    },
  );
  const status = { status: "ok", version: "1.0.0", store: { kind: store, latencyMs: 1 }, queues: [] };
  network.use(
    http.post(`${APP}/api/worker`, ({ request }) => route(request as Request)),
    http.get(`${APP}/api/status`, () =>
      HttpResponse.json({ ...status, lastSweepAt: sweptAgoMs === null ? null : Date.now() - sweptAgoMs }),
    ),
  );
  return { worked };
}

/** QStash's own answers about its keys and schedules. */
function answerAsQstash({ current = CURRENT, next = NEXT, schedules = [SCHEDULE] as readonly object[] } = {}) {
  const isRight = (request: Request) => request.headers.get("authorization") === `Bearer ${QSTASH_TOKEN}`;
  const refuse = () => HttpResponse.json({ error: "unauthorized" }, { status: 401 });
  network.use(
    http.get(`${QSTASH_URL}/v2/keys`, ({ request }) =>
      isRight(request) ? HttpResponse.json({ current, next }) : refuse(),
    ),
    http.get(`${QSTASH_URL}/v2/schedules`, ({ request }) =>
      isRight(request) ? HttpResponse.json(schedules) : refuse(),
    ),
  );
}
const SCHEDULE = { scheduleId: "sweep", destination: `${APP}/api/cron`, cron: "*/5 * * * *", isPaused: false };

describe("nothing configured", () => {
  test("is the embedded default, and no fault", async () => {
    const dataDir = path.join(temporaryFolder(), "not-there-yet");
    const { report, of } = await anExamination({ DATA_DIR: dataDir, APP_URL: undefined, PORT: "2" });
    expect(report.summary).toContain("the embedded default");
    expect(of("data folder")).toEqual([`ok: ${dataDir} will be made at the first start.`]);
    expect(of("data folder: room")[0]).toMatch(/GB are free/);
    expect(of("app: reach")[0]).toMatch(/^ok: no server runs at http:\/\/127\.0\.0\.1:2;/);
    expect(exitCodeOf(report)).toBe(0);
  });

  test("has files written and read once the folder is there, and leaves none", async () => {
    const dataDir = temporaryFolder();
    const { of } = await anExamination({ DATA_DIR: dataDir });
    expect(of("files")).toEqual([`ok: a file was written to ${dataDir}, read in part and removed.`]);
  });

  test("says that a server holds the folder", async () => {
    const dataDir = temporaryFolder();
    const lock = lockDataDir(dataDir);
    onTestFinished(lock.release);
    const { of } = await anExamination({ DATA_DIR: dataDir });
    expect(of("data folder: lock")[0]).toContain("a running server holds it");
  });

  test("says that nobody holds the folder after the server has gone", async () => {
    const dataDir = temporaryFolder();
    lockDataDir(dataDir).release();
    const { of } = await anExamination({ DATA_DIR: dataDir });
    expect(of("data folder: lock")).toEqual(["ok: no server holds it."]);
  });

  test("is wrong where the folder is a file", async () => {
    const file = path.join(temporaryFolder(), "file");
    writeFileSync(file, "");
    const { report, of } = await anExamination({ DATA_DIR: file });
    expect(of("data folder")).toEqual([`wrong: ${file} is a file. -> Remove it, or name another with DATA_DIR.`]);
    expect(exitCodeOf(report)).toBe(1);
  });

  test("knocks at a running server with the secret that it made", async () => {
    deploy();
    const dataDir = temporaryFolder();
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(path.join(dataDir, "secrets.json"), JSON.stringify({ worker: SECRETS.WORKER_SECRET }));
    const { of } = await anExamination({ DATA_DIR: dataDir, APP_URL: APP });
    expect(of("app: worker call")).toEqual([`ok: a call with the worker's secret is let in at ${APP}/api/worker.`]);
  });
});

describe("a hosted app", () => {
  test("passes when everything fits, and no worker has worked", async () => {
    const { worked } = deploy();
    answerAsQstash();
    const { report, of, checks } = await anExamination(CLOUD);
    expect(checks("wrong")).toEqual([]);
    expect(checks("warning")).toEqual([]);
    expect(of("app: sweep")).toEqual(["ok: the instance that answered swept 20 s ago."]);
    expect(of("app: worker call")).toEqual([
      `ok: a call signed with the current key is let in at ${APP}/api/worker.`,
      `ok: a call signed with the next key is let in at ${APP}/api/worker.`,
    ]);
    expect(of("qstash: schedule")).toEqual([`ok: calls ${APP}/api/cron at */5 * * * *.`]);
    expect(exitCodeOf(report)).toBe(0);
    expect(worked).toEqual([]);
  });

  test.each<[what: string, deployed: Parameters<typeof deploy>[0]]>([
    ["has other keys", { current: "sig_other", next: "sig_another" }],
    ["takes itself for another address", { url: "https://preview.sample.test/api/worker" }],
  ])("that %s refuses the worker call", async (_, deployed) => {
    deploy(deployed);
    answerAsQstash();
    const { report, of } = await anExamination(CLOUD);
    expect(of("app: worker call")[0]).toContain("wrong: a call signed with the current key is refused");
    expect(exitCodeOf(report)).toBe(1);
  });

  test.each<[string, () => Response]>([
    ["a page that asks to sign in", () => HttpResponse.html("<h1>Authentication Required</h1>", { status: 401 })],
    [
      "a way to Vercel's sign-in",
      () => new HttpResponse(null, { status: 302, headers: { location: "https://vercel.com/sso-api?url=x" } }),
    ],
  ])("is told to be protected by %s", async (_, answer) => {
    network.use(http.get(`${APP}/api/status`, answer));
    answerAsQstash();
    const { of } = await anExamination(CLOUD);
    expect(of("app: reach")[0]).toMatch(
      /^wrong: Vercel's Deployment Protection stands in front of it\. -> .*BYPASS_SECRET/,
    );
  });

  test("passes the protection with its bypass secret", async () => {
    deploy();
    const bypass = "bypass-secret-of-vercel";
    network.use(
      http.all(`${APP}/*`, ({ request }) =>
        request.headers.get("x-vercel-protection-bypass") === bypass
          ? undefined
          : HttpResponse.html("", { status: 401 }),
      ),
    );
    answerAsQstash();
    const { checks } = await anExamination({ ...CLOUD, VERCEL_AUTOMATION_BYPASS_SECRET: bypass });
    expect(checks("wrong")).toEqual([]);
  });

  test("is told from another that answers at its address", async () => {
    network.use(http.get(`${APP}/api/status`, () => HttpResponse.html("<h1>Welcome</h1>")));
    answerAsQstash();
    const { of } = await anExamination(CLOUD);
    expect(of("app: reach")[0]).toContain(`${APP} answers 200, but not as Longhaul does.`);
  });

  test("that has another store than these variables name is noticed", async () => {
    deploy({ store: "upstash" });
    answerAsQstash();
    const { of } = await anExamination(CLOUD);
    expect(of("app: reach")[0]).toContain("warning");
    expect(of("app: reach")[0]).toContain("These variables say sqlite.");
  });

  test("that does not answer is wrong", async () => {
    answerAsQstash();
    const { report, of } = await anExamination({ ...CLOUD, APP_URL: "http://127.0.0.1:2" });
    expect(of("app: reach")[0]).toMatch(/^wrong: http:\/\/127\.0\.0\.1:2: nobody listens there\./);
    expect(exitCodeOf(report)).toBe(1);
  });
});

describe("the sweep", () => {
  const sweepOf = async (sweptAgoMs: number | null, variables: Variables) => {
    deploy({ sweptAgoMs });
    answerAsQstash();
    return (await anExamination({ APP_URL: APP, ...variables })).of("app: sweep")[0];
  };

  test.each([
    ["never", null, /^warning: the instance that answered has not swept yet/],
    ["an hour ago", 3_600_000, /^warning: the instance that answered swept 60 min ago/],
    ["just now", 2_000, /^ok: the instance that answered swept 2 s ago/],
  ])("was seen or missed by a process that sweeps itself: %s", async (_, sweptAgoMs, words) => {
    expect(await sweepOf(sweptAgoMs, {})).toMatch(words);
  });

  test("is left to the schedule's line where every function remembers only its own", async () => {
    expect(await sweepOf(null, CLOUD)).toMatch(/^ok: .* see whether QStash's schedule calls\.$/);
  });
});

describe("QStash", () => {
  const findings = async (variables: Variables = {}) => {
    deploy();
    return anExamination({ ...CLOUD, ...variables });
  };

  test("refuses a wrong token", async () => {
    answerAsQstash();
    const { of } = await findings({ QSTASH_TOKEN: "another-token-altogether" });
    expect(of("qstash: token")[0]).toMatch(/^wrong: it refused the token\./);
  });

  test("is noticed when its keys are not ours", async () => {
    answerAsQstash({ current: "sig_1", next: "sig_2" });
    expect((await findings()).of("qstash: signing keys")[0]).toMatch(/^wrong: they are not the keys/);
  });

  test("is noticed when its keys were rolled once", async () => {
    answerAsQstash({ current: NEXT, next: "sig_newer" });
    expect((await findings()).of("qstash: signing keys")[0]).toMatch(/^warning: the keys were rolled once/);
  });

  test.each<[string, readonly object[], RegExp]>([
    ["no schedule", [], /^warning: no schedule calls .*npm run setup:cloud/],
    ["a paused schedule", [{ ...SCHEDULE, isPaused: true }], /^wrong: the schedule that sweeps is paused/],
  ])("is noticed when it has %s", async (_, schedules, words) => {
    answerAsQstash({ schedules });
    expect((await findings()).of("qstash: schedule")[0]).toMatch(words);
  });
});
