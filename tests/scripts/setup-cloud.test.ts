import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { setUpCloud } from "@/scripts/setup-cloud-dialogue";

const QSTASH_URL = "https://qstash.upstash.io";
const VARIABLES = { APP_URL: "https://jobs.example/", QSTASH_TOKEN: "qstash-sample-token" };
const ID = "longhaul-sweep-jobs-example";

interface Kept {
  readonly scheduleId: string;
  readonly cron: string;
  readonly destination: string;
  readonly isPaused: boolean;
}

const aSchedule = (schedule: Partial<Kept> = {}): Kept => ({
  scheduleId: ID,
  cron: "*/5 * * * *",
  destination: "https://jobs.example/api/cron",
  isPaused: false,
  ...schedule,
});

const network = setupServer();
beforeAll(() => network.listen({ onUnhandledFrame: "error" }));
afterAll(() => network.close());
beforeEach(() => network.resetHandlers());

/** QStash's schedules, kept by their ids. */
function aQstash(...given: readonly Kept[]) {
  const kept = new Map(given.map((schedule) => [schedule.scheduleId, schedule]));
  const created: Record<string, string>[] = [];
  network.use(
    http.all(`${QSTASH_URL}/v2/*`, ({ request }) =>
      request.headers.get("authorization") === `Bearer ${VARIABLES.QSTASH_TOKEN}`
        ? undefined
        : HttpResponse.json({ error: "invalid token" }, { status: 401 }),
    ),
    http.get(`${QSTASH_URL}/v2/schedules`, () => HttpResponse.json([...kept.values()])),
    http.post(`${QSTASH_URL}/v2/schedules/*`, ({ request }) => {
      const headers = Object.fromEntries(request.headers);
      const destination = request.url.slice(`${QSTASH_URL}/v2/schedules/`.length);
      const { "upstash-schedule-id": scheduleId = "scd_1", "upstash-cron": cron = "" } = headers;
      const isPaused = kept.get(scheduleId)?.isPaused ?? false;
      kept.set(scheduleId, { scheduleId, cron, destination, isPaused });
      created.push(headers);
      return HttpResponse.json({ scheduleId });
    }),
    http.patch(`${QSTASH_URL}/v2/schedules/:id/resume`, ({ params }) => {
      kept.set(String(params.id), { ...aSchedule(), ...kept.get(String(params.id)), isPaused: false });
      return new HttpResponse(null, { status: 200 });
    }),
  );
  return { created, schedules: () => [...kept.values()] };
}

async function run(args: readonly string[], variables: Readonly<Record<string, string>> = VARIABLES, answer?: string) {
  const said: string[] = [];
  const ask = answer === undefined ? null : async () => answer;
  const code = await setUpCloud({ args, variables, say: (line) => said.push(line), ask, wait: async () => {} });
  return { code, said: said.join("\n") };
}

const printsFailures = () => vi.spyOn(console, "error").mockImplementation(() => {});

describe("npm run setup:cloud", () => {
  test("creates the schedule that calls the sweep every five minutes on the free plan", async () => {
    const qstash = aQstash();
    const { code, said } = await run(["--plan", "free"]);
    expect(code).toBe(0);
    expect(said).toBe(
      "Created the schedule: longhaul-sweep-jobs-example\n" +
        "It calls https://jobs.example/api/cron every 5 minutes: 288 of 1,000 messages a day.",
    );
    expect(qstash.schedules()).toEqual([aSchedule()]);
    expect(qstash.created[0]).toMatchObject({ "upstash-method": "POST", "upstash-retries": "0" });
  });

  test("calls it every minute on a paid plan", async () => {
    const qstash = aQstash();
    expect((await run(["--plan", "paid"])).said).toContain("every minute: 1,440 messages a day");
    expect(qstash.schedules()).toEqual([aSchedule({ cron: "* * * * *" })]);
  });

  test("keeps one schedule however often it is run", async () => {
    const qstash = aQstash();
    await run(["--plan", "free"]);
    expect((await run(["--plan", "free"])).said).toContain("The schedule stands already");
    expect((await run(["--plan", "paid"])).said).toContain('Changed the schedule, which was "*/5 * * * *"');
    expect(qstash.schedules()).toEqual([aSchedule({ cron: "* * * * *" })]);
  });

  test("wakes a schedule that was paused", async () => {
    const qstash = aQstash(aSchedule({ isPaused: true }));
    expect((await run(["--plan", "free"])).said).toContain("Changed the schedule, which was paused");
    expect(qstash.schedules()).toEqual([aSchedule()]);
  });

  test("leaves other schedules alone, and tells of sweeps of another address", async () => {
    const others = [
      aSchedule({ scheduleId: "longhaul-sweep-old-example", destination: "https://old.example/api/cron" }),
      aSchedule({ scheduleId: "reports", destination: "https://reports.example" }),
    ];
    const qstash = aQstash(...others);
    const { code, said } = await run(["--plan", "free"]);
    expect(code).toBe(0);
    expect(said).toContain("There is also a schedule for https://old.example/api/cron.");
    expect(said).not.toContain("reports");
    expect(qstash.schedules()).toEqual([...others, aSchedule()]);
  });

  test.each([
    [[], "Would create the schedule: longhaul-sweep-jobs-example"],
    [
      [aSchedule({ cron: "0 4 * * *" })],
      'Would change the schedule, which was "0 4 * * *": longhaul-sweep-jobs-example',
    ],
    [[aSchedule({ isPaused: true })], "Would change the schedule, which was paused: longhaul-sweep-jobs-example"],
    [[aSchedule()], "The schedule stands already: longhaul-sweep-jobs-example"],
  ])("only looks with --dry-run", async (given, sentence) => {
    const qstash = aQstash(...given);
    const { code, said } = await run(["--plan", "free", "--dry-run"]);
    expect([code, said.split("\n")[0]]).toEqual([0, sentence]);
    expect(qstash.schedules()).toEqual(given);
  });

  test("opens the protection of a preview deployment", async () => {
    const qstash = aQstash();
    await run(["--plan", "free"], { ...VARIABLES, VERCEL_AUTOMATION_BYPASS_SECRET: "open-sesame" });
    expect(qstash.created[0]).toMatchObject({ "upstash-forward-x-vercel-protection-bypass": "open-sesame" });
  });

  test("asks for the plan where somebody sits at the terminal", async () => {
    const qstash = aQstash();
    expect((await run([], VARIABLES, " free ")).code).toBe(0);
    expect(qstash.schedules()).toEqual([aSchedule()]);
    expect(await run([], VARIABLES, "gold")).toEqual({
      code: 2,
      said: 'Say which QStash plan you have: --plan free or --plan paid, not "gold".',
    });
  });

  test.each([
    [[], VARIABLES, "Say which QStash plan you have: --plan free or --plan paid."],
    [["--plan", "constructor"], VARIABLES, 'not "constructor"'],
    [["--fast"], VARIABLES, "npm run setup:cloud -- --plan free|paid [--dry-run]"],
    [["--plan", "free"], { APP_URL: VARIABLES.APP_URL }, "QSTASH_TOKEN is missing: copy it from"],
    [["--plan", "free"], { ...VARIABLES, QSTASH_TOKEN: " " }, "QSTASH_TOKEN is missing: copy it from"],
    [["--plan", "free"], { QSTASH_TOKEN: "token" }, "APP_URL is missing: set it to"],
    [["--plan", "free"], { ...VARIABLES, APP_URL: "jobs.example" }, "APP_URL is no address"],
    [["--plan", "free"], { ...VARIABLES, APP_URL: "http://127.0.0.1:3000" }, "which QStash cannot reach"],
    [["--plan", "free"], { ...VARIABLES, QSTASH_URL: "qstash" }, "QSTASH_URL is no address"],
  ])("ends with 2 and says what is missing: %j %j", async (args, variables, sentence) => {
    const { code, said } = await run(args, variables);
    expect(said).toContain(sentence);
    expect(code).toBe(2);
  });

  test("takes the address from Vercel where APP_URL is not set", async () => {
    const qstash = aQstash();
    await run(["--plan", "free"], {
      QSTASH_TOKEN: VARIABLES.QSTASH_TOKEN,
      VERCEL_PROJECT_PRODUCTION_URL: "jobs.example",
    });
    expect(qstash.schedules()).toEqual([aSchedule()]);
  });

  test("ends with 1 and words for it when the token is refused, without telling the token", async () => {
    const printed = printsFailures();
    aQstash();
    const { code, said } = await run(["--plan", "free"], { ...VARIABLES, QSTASH_TOKEN: "wrong-token" });
    expect(code).toBe(1);
    expect(said).toContain("QStash refused QSTASH_TOKEN at https://qstash.upstash.io (401).");
    expect(said + JSON.stringify(printed.mock.calls)).not.toContain("wrong-token");
    printed.mockRestore();
  });

  test.each([
    ["cannot be reached", () => HttpResponse.error(), "QStash could not be reached at https://qstash.upstash.io"],
    ["has enough of us", () => HttpResponse.json({}, { status: 429 }), "too many requests or messages"],
    ["fails", () => HttpResponse.text("down", { status: 503 }), "QStash answered 503: down"],
  ])("ends with 1 and words for it when QStash %s", async (_, answer, sentence) => {
    const printed = printsFailures();
    network.use(http.all(`${QSTASH_URL}/*`, answer));
    const { code, said } = await run(["--plan", "free"]);
    expect(said).toContain(sentence);
    expect(code).toBe(1);
    printed.mockRestore();
  });

  test("explains itself", async () => {
    const { code, said } = await run(["--help"]);
    expect(code).toBe(0);
    expect(said).toContain("--dry-run");
  });
});
