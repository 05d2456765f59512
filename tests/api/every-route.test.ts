import { globSync } from "node:fs";
import path from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { call } from "@/tests/api/call";
import { startApplication } from "@/tests/api/running-application";

vi.mock("@/lib/server", async () => ({ server: (await import("@/tests/api/running-application")).server }));

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
/** Verified in another way, for they have no owner. */
const FOR_MACHINES = /^app\/api\/(worker|cron|qstash|callbacks)\b/;

const files = globSync("app/api/**/route.ts").map((file) => file.replaceAll(path.sep, "/"));
const people = files.filter((file) => !FOR_MACHINES.test(file));
type Route = Parameters<typeof call>[0];

async function routeOf(file: string, method: string): Promise<Route> {
  const routes: Readonly<Record<string, Route>> = await import(path.resolve(file));
  const route = routes[method];
  if (!route) throw new Error(`${file} answers no ${method}: export what refuseAllBut(…) says.`);
  return route;
}

/** One of ada's things of each kind. */
const ID_OF: Readonly<Record<string, string>> = { jobs: "job_1", uploads: "upl_1", files: "file_1" };

describe("every route with an id", () => {
  /** An application in which ada has one thing of each kind, and an ended job. */
  async function seed() {
    const bench = startApplication();
    const upload = { name: "a", size: 4 };
    await call(await routeOf("app/api/files/route.ts", "PUT"), { method: "PUT", query: "?name=a", body: "text" });
    await call(await routeOf("app/api/uploads/route.ts", "POST"), { method: "POST", body: upload });
    await bench.submit();
    await bench.completeWithRows();
  }

  /** What each method of a route answers to a caller. */
  async function answers(file: string, owner: string) {
    const kind = file.split("/")[2] ?? "";
    const id = ID_OF[kind];
    if (!id) throw new Error(`Say which id of "${kind}" is ada's.`);
    const codes: (string | undefined)[] = [];
    for (const method of METHODS) {
      const body = method === "GET" ? undefined : {};
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

  test.each(people.filter((file) => file.includes("[id]")))("hides what is somebody else's: %s", async (file) => {
    await seed();
    const mine = await answers(file, "ada");
    expect(mine.length).toBeGreaterThan(0);
    expect(mine).not.toContain("not_found");
    expect(mine).not.toContain("internal");

    await seed();
    const others = await answers(file, "bob");
    expect(others).toEqual(others.map(() => "not_found"));
  });
});

describe("every route", () => {
  beforeEach(() => {
    startApplication();
  });

  test.each(people)("answers every method with itself or with a problem document: %s", async (file) => {
    for (const method of METHODS) {
      const params = { id: "nothing", n: "1", name: "rows" };
      const response = await call(await routeOf(file, method), { method, params, owner: null });
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
