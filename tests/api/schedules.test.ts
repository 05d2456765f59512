import { beforeEach, describe, expect, test, vi } from "vitest";
import { PATCH, GET as read, DELETE as remove } from "@/app/api/schedules/[id]/route";
import { POST as run } from "@/app/api/schedules/[id]/run/route";
import { POST as create, GET as list } from "@/app/api/schedules/route";
import { ScheduleView } from "@/lib/contracts/schedules";
import { call } from "@/tests/api/call";
import { startApplication } from "@/tests/api/running-application";

vi.mock("@/lib/server", () => import("@/tests/api/running-application"));

const DAILY = { name: "tests.anything", cron: "0 9 * * *", timeZone: "Europe/Berlin", input: { a: 1 } };

let bench: ReturnType<typeof startApplication>;
beforeEach(() => {
  bench = startApplication();
});

const make = (body: object = DAILY) => call(create, { method: "POST", body });

async function aSchedule(): Promise<ScheduleView> {
  return ScheduleView.parse(await (await make()).json());
}

describe("POST /api/schedules", () => {
  test("makes a schedule, with the usual policies and five times to come", async () => {
    const response = await make();
    expect(response.status).toBe(201);
    const made = ScheduleView.parse(await response.json());
    expect(made).toMatchObject({ ...DAILY, options: {}, overlap: "skip", catchUp: "one", state: "active" });
    expect(made.nextTimes.map((at) => new Date(at).toISOString().slice(11))).toEqual(Array(5).fill("08:00:00.000Z"));
  });

  test.each([
    ["no job", { cron: "@daily", input: {} }, "invalid_request", /"name"/],
    ["a job that is not public", { ...DAILY, name: "tests.internal" }, "unknown_job", /tests\.internal/],
    ["an input that the job refuses", { ...DAILY, name: "tests.copy", input: {} }, "invalid_request", /"fileId"/],
    [
      "somebody else's file",
      { ...DAILY, name: "tests.copy", input: { fileId: "x", account: "a" } },
      "file_not_found",
      /file/,
    ],
    ["seconds", { ...DAILY, cron: "0 0 9 * * *" }, "cron_invalid", /has 6 fields/],
    ["an unknown zone", { ...DAILY, timeZone: "Berlin" }, "time_zone_unknown", /"Berlin"/],
    ["an unknown policy", { ...DAILY, overlap: "wait" }, "invalid_request", /"overlap"/],
    ["too many to catch up", { ...DAILY, catchUp: { all: 101 } }, "invalid_request", /"catchUp/],
    ["a word that means nothing", { ...DAILY, timezone: "UTC" }, "invalid_request", /timezone/],
  ])("refuses %s", async (_name, body, code, title) => {
    const response = await make(body);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ code, title: expect.stringMatching(title) });
  });
});

describe("a schedule over the API", () => {
  test("is read, listed, changed and deleted", async () => {
    const made = await aSchedule();
    const at = { params: { id: made.id } };
    expect(await (await call(read, at)).json()).toEqual(made);
    expect(await (await call(list)).json()).toEqual({ schedules: [made], cursor: null });
    const changed = await call(PATCH, { ...at, method: "PATCH", body: { overlap: "queue", catchUp: { all: 3 } } });
    expect(await changed.json()).toEqual({ ...made, overlap: "queue", catchUp: { all: 3 } });
    expect((await call(PATCH, { ...at, method: "PATCH", body: { id: "sch_2" } })).status).toBe(422);
    expect(await (await call(remove, { ...at, method: "DELETE" })).json()).toEqual({ deleted: true });
    expect((await call(read, at)).status).toBe(404);
  });

  test("runs now: once for one key, and not beside an unfinished job", async () => {
    const { id } = await aSchedule();
    const runOnce = (headers: Readonly<Record<string, string>> = {}) =>
      call(run, { method: "POST", params: { id }, headers });
    const first = await runOnce({ "idempotency-key": "k" });
    const { id: jobId } = await first.json();
    expect([first.status, first.headers.get("location")]).toEqual([202, `/api/jobs/${jobId}`]);
    expect(await (await runOnce({ "idempotency-key": "k" })).json()).toMatchObject({ id: jobId });
    const beside = await runOnce();
    expect([beside.status, (await beside.json()).id]).toEqual([200, jobId]);
    await bench.finish("completed");
    expect((await (await runOnce()).json()).id).not.toBe(jobId);
  });
});
