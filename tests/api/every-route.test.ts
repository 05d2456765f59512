import { globSync } from "node:fs";
import path from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { call } from "@/tests/api/call";
import { startApplication } from "@/tests/api/running-application";

vi.mock("@/lib/server", async () => {
  const { server } = await import("@/tests/api/running-application");
  /** Nothing that a machine would have to show is believed, and without that nothing else is there for it. */
  const refuse = (app: object) =>
    new Proxy(app, {
      get: (target, name) =>
        String(name).startsWith("verify") ? async () => null : (target as Record<string | symbol, unknown>)[name],
    });
  return { server: () => refuse(server()) };
});

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
/** Verified in another way, for they have no owner. */
const FOR_MACHINES = /^app\/api\/(worker|cron|qstash|callbacks)\b/;
const FOR_THE_OPERATOR = /^app\/api\/(ops|metrics|invites\/route)\b/;
/** Whoever comes may ask, for he is nobody yet or stays so. A route is for owners unless it stands here. */
const FOR_ANYBODY = /^app\/api\/(status|operator|invites\/accept|\[\[\.\.\.path]])\//;

const files = globSync("app/api/**/route.ts").map((file) => file.replaceAll(path.sep, "/"));
const machines = files.filter((file) => FOR_MACHINES.test(file));
const people = files.filter((file) => !FOR_MACHINES.test(file));
const operators = people.filter((file) => FOR_THE_OPERATOR.test(file));
const owners = people.filter((file) => !FOR_THE_OPERATOR.test(file) && !FOR_ANYBODY.test(file));
type Route = Parameters<typeof call>[0];

async function routeOf(file: string, method: string): Promise<Route> {
  const routes: Readonly<Record<string, Route>> = await import(path.resolve(file));
  const route = routes[method];
  if (!route) throw new Error(`${file} answers no ${method}: export what refuseAllBut(…) says.`);
  return route;
}

/** One of ada's things of each kind. */
const ID_OF: Readonly<Record<string, string>> = { jobs: "job_1", uploads: "upl_1", files: "file_1" };

/** What a route must be sent before it looks for what it is about. */
const BODY_OF: Readonly<Record<string, object>> = {
  "app/api/jobs/[id]/wake/route.ts": { name: "paid", payload: null },
};

/** What each method of a route answers to one caller, but for the methods that it does not have. */
async function answersOf(file: string, options: Parameters<typeof call>[1]) {
  const routes: Readonly<Record<string, Route>> = await import(path.resolve(file));
  const answers: { method: string; status: number; code: string | undefined }[] = [];
  for (const method of METHODS) {
    const route = routes[method];
    if (!route) continue;
    const response = await call(route, { method, ...options, ...(method === "GET" ? {} : { body: {} }) });
    const { code } = response.status < 400 ? { code: undefined } : await response.json();
    if (code !== "method_not_allowed") answers.push({ method, status: response.status, code });
  }
  return answers;
}
/** Makes a schedule of ada's. */
const aSchedule = async () =>
  call(await routeOf("app/api/schedules/route.ts", "POST"), {
    method: "POST",
    body: { name: "tests.anything", cron: "@daily", input: { text: "of-ada" } },
  });

/** An endpoint of ada's. */
const aWebhook = async () =>
  call(await routeOf("app/api/webhooks/route.ts", "POST"), {
    method: "POST",
    body: { url: "https://hooks.test/of-ada" },
  });

const PARAMS = { id: "nothing", n: "1", name: "rows", queue: "nothing" };

describe("every route with an id", () => {
  /** An application in which ada has one thing of each kind, and an ended job. */
  async function seed() {
    const bench = startApplication();
    const upload = { name: "a", size: 4 };
    await call(await routeOf("app/api/files/route.ts", "PUT"), { method: "PUT", query: "?name=a", body: "text" });
    await call(await routeOf("app/api/uploads/route.ts", "POST"), { method: "POST", body: upload });
    await bench.submit();
    await bench.completeWithRows();
    const tokens = await call(await routeOf("app/api/tokens/route.ts", "POST"), {
      method: "POST",
      body: { name: "a" },
    });
    const { id: tokenId }: { id: string } = await tokens.json();
    const { id: scheduleId }: { id: string } = await (await aSchedule()).json();
    const { id: webhookId }: { id: string } = await (await aWebhook()).json();
    return { ...ID_OF, tokens: tokenId, schedules: scheduleId, webhooks: webhookId };
  }

  /** What each method of a route answers to a caller. */
  async function answers(file: string, ids: Readonly<Record<string, string>>, owner: string) {
    const kind = file.split("/")[2] ?? "";
    const id = ids[kind];
    if (!id) throw new Error(`Say which id of "${kind}" is ada's.`);
    const codes: (string | undefined)[] = [];
    for (const method of METHODS) {
      const body = method === "GET" ? undefined : (BODY_OF[file] ?? {});
      const response = await call(await routeOf(file, method), {
        method,
        params: { id, n: "1", name: "rows" },
        body,
        owner,
      });
      codes.push(response.status < 400 ? "ok" : (await response.json()).code);
    }
    return codes.filter((code) => code !== "method_not_allowed");
  }

  test.each(owners.filter((file) => file.includes("[id]")))("hides what is somebody else's: %s", async (file) => {
    const mine = await answers(file, await seed(), "ada");
    expect(mine.length).toBeGreaterThan(0);
    expect(mine).not.toContain("not_found");
    expect(mine).not.toContain("internal");

    const others = await answers(file, await seed(), "bob");
    expect(others).toEqual(others.map(() => "not_found"));
  });
});

describe("every list", () => {
  test.each(owners.filter((file) => !file.includes("[")))("shows nobody what is somebody else's: %s", async (file) => {
    const bench = startApplication();
    await bench.submit();
    await call(await routeOf("app/api/tokens/route.ts", "POST"), { method: "POST", body: { name: "of-ada" } });
    await aWebhook();
    await aSchedule();
    const list = await call(await routeOf(file, "GET"), { owner: "bob" });
    expect(await list.text()).not.toMatch(/job_1|of-ada|"ada"/);
  });
});

describe("every route for owners", () => {
  test.each(owners)("lets nobody in without an invitation, where one is needed: %s", async (file) => {
    startApplication({ access: "invite" });
    const answers = await answersOf(file, { params: PARAMS, owner: null });
    expect(answers.length).toBeGreaterThan(0);
    expect(answers).toEqual(answers.map(({ method }) => ({ method, status: 401, code: "invitation_needed" })));
  });

  test.each(owners)("counts who asks: %s", async (file) => {
    const bench = startApplication({ isBusy: true });
    const answers = await answersOf(file, { params: PARAMS });
    expect(answers).toEqual(answers.map(({ method }) => ({ method, status: 429, code: "too_many_requests" })));
    expect(bench.asked).toEqual(answers.map(() => expect.stringMatching(/^(read|mutation) by ada$/)));
  });
});

describe("every route for the operator", () => {
  test.each(operators)("refuses everybody else, owner or not: %s", async (file) => {
    startApplication();
    for (const owner of ["ada", null]) {
      const answers = await answersOf(file, { params: PARAMS, owner });
      expect(answers.length).toBeGreaterThan(0);
      expect(answers).toEqual(answers.map(({ method }) => ({ method, status: 401, code: "operator_needed" })));
    }
  });

  test.each(operators)("lets the operator in: %s", async (file) => {
    startApplication();
    const answers = await answersOf(file, { params: PARAMS, owner: null, headers: { cookie: "operator=yes" } });
    expect(answers.map(({ code }) => code)).not.toContain("operator_needed");
  });
});

describe("every route for machines", () => {
  test.each(machines)("refuses who cannot prove that he is one: %s", async (file) => {
    startApplication();
    const answers = await answersOf(file, { owner: "ada", headers: { authorization: "Bearer undefined" } });
    expect(answers.length).toBeGreaterThan(0);
    expect(answers).toEqual(answers.map(({ method }) => ({ method, status: 401, code: "unauthenticated" })));
  });
});

describe("a mutation from a foreign page", () => {
  test.each(people)("is refused: %s", async (file) => {
    startApplication();
    const answers = await answersOf(file, { params: PARAMS, headers: { origin: "https://evil.test" } });
    const mutations = answers.filter(({ method }) => method !== "GET" && !file.includes("[["));
    expect(mutations).toEqual(mutations.map(({ method }) => ({ method, status: 403, code: "foreign_origin" })));
  });
});

describe("every route", () => {
  beforeEach(() => {
    startApplication();
  });

  test.each(files)("answers every method with itself or with a problem document: %s", async (file) => {
    for (const method of METHODS) {
      const response = await call(await routeOf(file, method), { method, params: PARAMS, owner: null });
      if (response.status < 400) continue;
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      expect(await response.json()).toMatchObject({ type: "about:blank", status: response.status });
      if (response.status === 405) expect(response.headers.get("allow")).not.toContain(method);
    }
  });

  test("is answered not found where there is none", async () => {
    const route = await routeOf("app/api/[[...path]]/route.ts", "POST");
    const response = await call(route, { method: "POST", owner: null });
    expect(await response.json()).toMatchObject({ status: 404, code: "not_found" });
    expect(response.headers.get("set-cookie")).toBeNull();
  });
});
