import { beforeEach, describe, expect, test, vi } from "vitest";
import * as cancel from "@/app/api/jobs/[id]/cancel/route";
import * as dataset from "@/app/api/jobs/[id]/datasets/[name]/route";
import * as log from "@/app/api/jobs/[id]/log/route";
import * as pause from "@/app/api/jobs/[id]/pause/route";
import * as result from "@/app/api/jobs/[id]/result/route";
import * as resume from "@/app/api/jobs/[id]/resume/route";
import * as retry from "@/app/api/jobs/[id]/retry/route";
import * as job from "@/app/api/jobs/[id]/route";
import * as jobs from "@/app/api/jobs/route";
import { JobView } from "@/lib/contracts/jobs";
import { call } from "@/tests/api/call";
import { LINES, ROWS, startApplication } from "@/tests/api/running-application";
import { NOW } from "@/tests/support/builders";

vi.mock("@/lib/server", async () => ({ server: (await import("@/tests/api/running-application")).server }));

let bench: ReturnType<typeof startApplication>;
beforeEach(() => {
  bench = startApplication();
});

const COPY = { name: "tests.copy", input: { fileId: "file_1", account: "main" } };
const submit = (body: object = COPY, headers: Record<string, string> = {}) =>
  call(jobs.POST, { method: "POST", body, headers });
const idOf = async (response: Response) => JobView.parse(await response.json()).id;
const viewOf = async (response: Response) => JobView.parse(await response.json());

describe("POST /api/jobs", () => {
  test("accepts a job and says where it is", async () => {
    const response = await submit();
    expect([response.status, response.headers.get("location")]).toEqual([202, "/api/jobs/job_1"]);
    expect(await viewOf(response)).toMatchObject({ id: "job_1", state: "queued", pollAfterMs: 1_000 });
  });

  test("answers the known job with 200 to a repeated request", async () => {
    await submit(COPY, { "idempotency-key": "k" });
    const again = await submit(COPY, { "idempotency-key": "k" });
    expect([again.status, await idOf(again)]).toEqual([200, "job_1"]);
  });

  test.each([
    ["another request with the same key", { ...COPY, options: { priority: 1 } }, "k", 409, "idempotency_conflict"],
    ["an unknown job", { name: "no", input: {} }, "n", 422, "unknown_job"],
    ["a wrong input", { ...COPY, input: {} }, "n", 422, "invalid_request"],
    ["a missing input", { name: "tests.copy" }, "n", 422, "invalid_request"],
    ["an unknown option", { ...COPY, options: { delay: 1 } }, "n", 422, "invalid_request"],
    ["a misspelt part", { ...COPY, option: { delayMs: 1 } }, "n", 422, "invalid_request"],
    ["a start beyond all calendars", { ...COPY, options: { runAt: 8.64e15 + 1 } }, "n", 422, "invalid_request"],
    ["two starts", { ...COPY, options: { delayMs: 1, runAt: 1 } }, "n", 422, "invalid_request"],
    ["an empty key", COPY, "", 422, "invalid_request"],
    ["a key of 201 characters", COPY, "k".repeat(201), 422, "invalid_request"],
    ["an input over 64 KiB", { ...COPY, input: { text: "x".repeat(65_536) } }, "n", 413, "too_large"],
    ["a file of nobody", { ...COPY, input: { fileId: "file_9", account: "a" } }, "n", 422, "file_not_found"],
  ])("refuses %s", async (_name, body, key, status, code) => {
    await submit(COPY, { "idempotency-key": "k" });
    const response = await submit(body, { "idempotency-key": key });
    expect(await response.json()).toMatchObject({ status, code });
  });

  test("refuses a page of another site", async () => {
    const response = await submit(COPY, { origin: "https://evil.test" });
    expect(await response.json()).toMatchObject({ status: 403, code: "foreign_origin" });
  });
});

describe("GET /api/jobs", () => {
  test("lists the caller's jobs with a cursor, filtered", async () => {
    for (const account of ["a", "b", "c"]) await submit({ ...COPY, input: { fileId: "file_1", account } });
    const page = async (query: string) => (await call(jobs.GET, { query })).json();
    const first = await page("?limit=2");
    const second = await page(`?limit=2&cursor=${first.cursor}`);
    const ids = [...first.jobs, ...second.jobs].map((view: JobView) => view.id);
    expect([ids.toSorted(), second.cursor]).toEqual([["job_1", "job_2", "job_3"], null]);
    expect((await page("?state=paused")).jobs).toEqual([]);
    expect((await page("?q=%22b%22")).jobs).toMatchObject([{ input: { account: "b" } }]);
  });

  test("refuses a state or limit that is none", async () => {
    const statuses = ["?state=asleep", "?limit=0", "?limit=101", "?limit=x"].map((query) => call(jobs.GET, { query }));
    expect((await Promise.all(statuses)).map(({ status }) => status)).toEqual([422, 422, 422, 422]);
  });
});

describe("GET /api/jobs/:id", () => {
  test("answers nothing but its tag while the job has not changed", async () => {
    const params = { id: await idOf(await submit()) };
    const first = await call(job.GET, { params });
    const etag = first.headers.get("etag") ?? "";
    expect([first.headers.get("cache-control"), etag]).toEqual(["private, no-cache", expect.stringMatching(/^"\d+"$/)]);

    const same = await call(job.GET, { params, headers: { "if-none-match": etag } });
    expect([same.status, await same.text(), same.headers.get("etag")]).toEqual([304, "", etag]);

    await call(pause.POST, { method: "POST", params });
    const changed = await call(job.GET, { params, headers: { "if-none-match": etag } });
    expect([changed.status, (await viewOf(changed)).state]).toEqual([200, "paused"]);
  });

  test.each(["job_9", "42", "..%2f"])("does not find %s", async (id) => {
    const response = await call(job.GET, { params: { id } });
    expect(await response.json()).toMatchObject({ status: 404, code: "not_found" });
  });
});

describe("steering", () => {
  test("pauses, resumes, cancels and retries", async () => {
    const params = { id: await idOf(await submit()) };
    const states: string[] = [];
    for (const route of [pause, resume, cancel, retry]) {
      states.push((await viewOf(await call(route.POST, { method: "POST", params }))).state);
    }
    expect(states).toEqual(["paused", "queued", "cancelled", "queued"]);
  });

  test("retries from the start when asked to", async () => {
    const params = { id: await idOf(await submit()) };
    await bench.completeWithRows();
    const body = { from: "start" };
    const refused = await call(retry.POST, { method: "POST", params, body });
    expect(await refused.json()).toMatchObject({ status: 409, code: "not_possible", state: "completed" });
    const wrong = await call(retry.POST, { method: "POST", params, body: { from: "middle" } });
    expect(wrong.status).toBe(422);
  });

  test("deletes a finished job for good, and no other", async () => {
    const params = { id: await idOf(await submit()) };
    const early = await call(job.DELETE, { method: "DELETE", params });
    expect(await early.json()).toMatchObject({ status: 409, code: "not_possible" });
    await bench.completeWithRows();
    const done = await call(job.DELETE, { method: "DELETE", params });
    expect([done.status, await done.json()]).toEqual([200, { deleted: true }]);
    expect((await call(job.GET, { params })).status).toBe(404);
  });
});

describe("what a job has written", () => {
  test("is answered bare once it has completed", async () => {
    const params = { id: await idOf(await submit()) };
    const early = await call(result.GET, { params });
    expect(await early.json()).toMatchObject({ status: 409, code: "not_finished" });
    await bench.completeWithRows();
    const response = await call(result.GET, { params });
    expect([response.status, await response.json()]).toEqual([200, { rows: 2 }]);
  });

  test("tells why a failed job has no result", async () => {
    const params = { id: await idOf(await submit()) };
    await bench.finish("failed");
    const error = { code: "broken", message: "It is broken." };
    expect(await (await call(result.GET, { params })).json()).toMatchObject({ status: 409, code: "job_failed", error });
  });

  test("is paged, and downloaded as NDJSON or CSV with the columns of its schema", async () => {
    await submit();
    const params = { id: await bench.completeWithRows(), name: "rows" };
    const page = await call(dataset.GET, { params, query: "?offset=1&limit=5" });
    expect(await page.json()).toEqual({ rows: [ROWS[1]], offset: 1, total: 2 });

    const ndjson = await call(dataset.GET, { params, query: "?format=ndjson" });
    expect(ndjson.headers.get("content-disposition")).toContain(`filename="job_1-rows.ndjson"`);
    expect(await ndjson.text()).toBe(ROWS.map((row) => `${JSON.stringify(row)}\n`).join(""));

    const csv = await call(dataset.GET, { params, query: "?format=csv" });
    expect([csv.headers.get("content-type"), await csv.text()]).toEqual([
      "text/csv; charset=utf-8; header=present",
      "n,text\r\n",
    ]);
  });

  test.each(["secrets", "log", "nothing", "constructor"])("does not show the dataset %s", async (name) => {
    await submit();
    const params = { id: await bench.completeWithRows(), name };
    const codes = ["", "?format=csv"].map(async (query) => (await call(dataset.GET, { params, query })).status);
    expect(await Promise.all(codes)).toEqual([404, 404]);
  });

  test("includes its log", async () => {
    await submit();
    const params = { id: await bench.completeWithRows() };
    expect(await (await call(log.GET, { params })).json()).toEqual({ lines: LINES, total: 1 });
  });
});

test("a view counts only the rows its owner may read", async () => {
  await submit();
  const view = await viewOf(await call(job.GET, { params: { id: await bench.completeWithRows() } }));
  expect([view.datasets, view.createdAt]).toEqual([{ rows: 2 }, NOW]);
});
