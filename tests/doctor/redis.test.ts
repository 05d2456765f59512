import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Variables } from "@/lib/doctor/variables";
import { anExamination, DEAD, SECRETS } from "@/tests/doctor/an-examination";
import { hasRedisServer, onRedis, type RedisServer, startRedis } from "@/tests/support/redis";
import { UPSTASH_TOKEN, UPSTASH_URL, upstashRest } from "@/tests/support/upstash-rest";

const REST = { UPSTASH_REDIS_REST_URL: UPSTASH_URL, UPSTASH_REDIS_REST_TOKEN: UPSTASH_TOKEN };
const PROVIDER = "Check the port, and that the server runs and may be reached from here.";
const REFUSED = "Copy it again from your provider: it belongs to another database, or was reset.";
const NO_SCRIPTS =
  "wrong: this user may not run scripts. -> Longhaul needs EVAL and EVALSHA: allow them to the user (ACL SETUSER … +eval +evalsha).";

const network = setupServer();
beforeAll(() => network.listen({ onUnhandledFrame: "bypass" }));
afterAll(() => network.close());
beforeEach(() => network.resetHandlers());

describe("a Redis that is not there", () => {
  test("is named once, with where it was looked for", async () => {
    const { of, checks } = await anExamination({ ...SECRETS, REDIS_URL: "redis://:password@127.0.0.1:1" });
    expect(of("redis: reach")).toEqual([`wrong: redis://127.0.0.1:1: nobody listens there. -> ${PROVIDER}`]);
    expect(checks("wrong").filter((check) => check.startsWith("redis"))).toEqual(["redis: reach"]);
  });

  test("is named over REST too", async () => {
    const { of } = await anExamination({ ...SECRETS, UPSTASH_REDIS_REST_URL: DEAD, UPSTASH_REDIS_REST_TOKEN: "token" });
    expect(of("redis: reach")).toEqual([`wrong: ${DEAD}: nobody listens there. -> ${PROVIDER}`]);
  });

  test("is told from one whose name does not exist", async () => {
    network.use(http.post(`${UPSTASH_URL}/`, () => HttpResponse.error()));
    const { report } = await anExamination({ ...SECRETS, REDIS_URL: "rediss://:password@nowhere.invalid:6379" });
    const found = report.findings.find(({ check }) => check === "redis: reach");
    expect(found?.says).toBe("rediss://nowhere.invalid:6379: there is no such host.");
  });

  test("is told from a page that answers in its place", async () => {
    network.use(http.post(`${UPSTASH_URL}/`, () => HttpResponse.html("<h1>Not found</h1>", { status: 404 })));
    const { of } = await anExamination({ ...SECRETS, ...REST });
    expect(of("redis: reach")[0]).toContain("HTTP 404, which no Upstash REST address answers");
  });

  test("is given up on when it does not answer", async () => {
    network.use(http.post(`${UPSTASH_URL}/`, () => new Promise<Response>(() => {})));
    const { of } = await anExamination({ ...SECRETS, ...REST }, { timeoutMs: 30 });
    expect(of("redis: reach")[0]).toContain("it did not answer in time");
  });

  test("refuses everybody once the plan is used up, and says so", async () => {
    const error = "ERR max requests limit exceeded. Limit: 500000, Usage: 500000.";
    network.use(http.post(`${UPSTASH_URL}/`, () => HttpResponse.json({ error }, { status: 400 })));
    const { of } = await anExamination({ ...SECRETS, ...REST });
    expect(of("redis: reach")[0]).toContain("the plan's commands are used up");
  });
});

describe.skipIf(!hasRedisServer)(onRedis("a real Redis"), () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    await server.flush();
    network.use(upstashRest(server.tcp));
  });

  /** A port for the server, which otherwise listens at a socket, and an address there. */
  async function anAddress(user = "default", password = ""): Promise<string> {
    const [, current = "0"] = (await server.tcp.config("GET", "port")) as string[];
    if (current === "0") await server.tcp.config("SET", "port", String(await freePort()));
    const [, port = "0"] = (await server.tcp.config("GET", "port")) as string[];
    return `redis://${user === "default" ? "" : user}${password && `:${password}`}${password && "@"}127.0.0.1:${port}`;
  }
  const good: ReadonlyArray<[string, () => Promise<Variables>]> = [
    ["over TCP", async () => ({ REDIS_URL: await anAddress() })],
    ["over REST", async () => REST],
  ];

  test.each(good)("passes every check %s, and keeps nothing of them", async (_, variables) => {
    const { of, checks, report } = await anExamination({ ...SECRETS, ...(await variables()) });
    expect(checks("wrong").filter((check) => check.startsWith("redis"))).toEqual([]);
    expect(of("redis: write")).toEqual(["ok: a key was written, read and removed."]);
    expect(of("redis: scripts")).toEqual(["ok: scripts run."]);
    expect(of("redis: job script")).toEqual(["ok: the app's own script runs and guards its writes."]);
    expect(of("redis: latency")).toEqual(["ok: 1.0 ms from here (median of 5)."]);
    expect(of("redis: eviction")).toEqual(["ok: nothing is thrown away when it is full (noeviction)."]);
    expect(of("redis: version")[0]).toMatch(/^ok: Redis \d/);
    expect(of("redis: persistence")[0]).toMatch(/^warning: nothing is kept on disk: a restart loses every job\./);
    expect(JSON.stringify(report)).not.toContain(UPSTASH_TOKEN);
    expect(await server.tcp.keys("*")).toEqual([]);
  });

  test("tells how far its clock is from ours", async () => {
    const { of } = await anExamination({ ...SECRETS, ...REST }, { clock: () => Date.now() - 60_000 });
    expect(of("redis: clock")[0]).toMatch(/^wrong: its clock is (59\.\d|60\.\d) s ahead of this machine's\./);
  });

  test("tells of a policy that throws jobs away", async () => {
    await server.tcp.config("SET", "maxmemory-policy", "allkeys-lru");
    const { of } = await anExamination({ ...SECRETS, ...REST });
    await server.tcp.config("SET", "maxmemory-policy", "noeviction");
    expect(of("redis: eviction")).toEqual([
      "wrong: when it is full it throws keys away (allkeys-lru): jobs would vanish. -> Set maxmemory-policy to noeviction.",
    ]);
  });

  test("refuses a wrong token", async () => {
    const { of } = await anExamination({ ...SECRETS, ...REST, UPSTASH_REDIS_REST_TOKEN: "another-databases-token" });
    expect(of("redis: reach")).toEqual([`wrong: ${UPSTASH_URL}: it refused the token or password. -> ${REFUSED}`]);
  });

  test("refuses a wrong password", async () => {
    await server.tcp.call("ACL", "SETUSER", "guest", "on", ">right", "~*", "+@all");
    const { of, report } = await anExamination({ ...SECRETS, REDIS_URL: await anAddress("guest", "wrong-password") });
    expect(of("redis: reach")[0]).toContain("it refused the token or password.");
    expect(JSON.stringify(report)).not.toContain("wrong-password");
  });

  test("is of no use to a user who may not run scripts", async () => {
    await server.tcp.call("ACL", "SETUSER", "noscripts", "on", ">password", "~*", "+@all", "-@scripting");
    const { of } = await anExamination({ ...SECRETS, REDIS_URL: await anAddress("noscripts", "password") });
    expect(of("redis: write")[0]).toMatch(/^ok/);
    expect(of("redis: scripts")).toEqual([NO_SCRIPTS]);
    expect(of("redis: job script")).toEqual([NO_SCRIPTS]);
  });

  test("is of no use to a user who may only read", async () => {
    await server.tcp.call("ACL", "SETUSER", "reader", "on", ">password", "~*", "+@read", "+ping", "+info", "+time");
    const { of } = await anExamination({ ...SECRETS, REDIS_URL: await anAddress("reader", "password") });
    expect(of("redis: write")[0]).toContain("wrong: this user or server may not write.");
  });

  test("is of no use over REST without scripts", async () => {
    const error = "NOPERM this user has no permissions to run the 'eval' command";
    network.use(
      http.post(`${UPSTASH_URL}/*`, async ({ request }) => {
        const [command] = (await request.clone().json()) as unknown[];
        return /^eval/i.test(String(command)) ? HttpResponse.json({ error }, { status: 400 }) : undefined;
      }),
    );
    const { of } = await anExamination({ ...SECRETS, ...REST });
    expect(of("redis: scripts")).toEqual([NO_SCRIPTS]);
    expect(of("redis: job script")).toEqual([NO_SCRIPTS]);
  });
});

async function freePort(): Promise<number> {
  const { freePort: find } = await import("@/scripts/free-port");
  return find();
}
