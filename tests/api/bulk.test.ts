import { beforeEach, describe, expect, test, vi } from "vitest";
import * as own from "@/app/api/jobs/bulk/route";
import * as jobs from "@/app/api/jobs/route";
import * as audit from "@/app/api/ops/audit/route";
import * as cancel from "@/app/api/ops/jobs/bulk/[id]/cancel/route";
import * as one from "@/app/api/ops/jobs/bulk/[id]/route";
import * as all from "@/app/api/ops/jobs/bulk/route";
import { JobId } from "@/lib/core/job";
import { call } from "@/tests/api/call";
import { startApplication } from "@/tests/api/running-application";
import { aNewJob } from "@/tests/support/builders";

vi.mock("@/lib/server", async () => ({ server: (await import("@/tests/api/running-application")).server }));

let bench: ReturnType<typeof startApplication>;
beforeEach(() => {
  bench = startApplication();
});

const OPERATOR = { owner: null, headers: { cookie: "operator=yes" } };
const order = (body: object, options: object = {}) => call(own.POST, { method: "POST", body, ...options });
const orderAll = (body: object) => call(all.POST, { method: "POST", body, ...OPERATOR });

async function fail(owner: string): Promise<void> {
  await call(jobs.POST, { method: "POST", body: { name: "tests.anything", input: {} }, owner });
  await bench.finish("failed");
}

describe("POST /api/jobs/bulk", () => {
  test("counts the caller's own jobs that are meant, and does nothing", async () => {
    for (const owner of ["ada", "ada", "bob"]) await fail(owner);
    const response = await order({ verb: "retry", filter: { state: "failed" }, dryRun: true });
    expect([response.status, await response.json()]).toMatchObject([
      200,
      { count: 2, atLeast: false, examples: [{ state: "failed" }, { state: "failed" }] },
    ]);
  });

  test("says so when it has not counted them all", async () => {
    const input = {};
    const many = Array.from({ length: 1_001 }, (_, n) => aNewJob({ id: JobId.parse(`job_x${n}`), input }));
    await bench.store.enqueue(many, bench.now);
    const { count, atLeast } = await bench.queue.bulk.preview("ada", { verb: "cancel", filter: { queue: "tests" } });
    expect([count, atLeast]).toEqual([1_000, true]);
  });

  test("begins with 202 and the job that does it, once for each Idempotency-Key", async () => {
    await fail("ada");
    const body = { verb: "retry", from: "start", filter: { name: "tests.anything" } };
    const response = await order(body, { headers: { "idempotency-key": "k" } });
    const view = await response.json();
    expect([response.status, response.headers.get("location")]).toEqual([202, `/api/jobs/${view.id}`]);
    expect(view).toMatchObject({ name: "jobs.bulk", state: "queued", input: { verb: "restart", filter: body.filter } });
    bench.now += 5;
    const again = await order(body, { headers: { "idempotency-key": "k" } });
    expect([again.status, (await again.json()).id]).toEqual([200, view.id]);
  });

  test.each([
    ["an empty filter", { verb: "delete", filter: {} }, "invalid_request"],
    ["no filter", { verb: "delete" }, "invalid_request"],
    ["another verb", { verb: "pause", filter: { queue: "tests" } }, "invalid_request"],
    ["another owner", { verb: "delete", filter: { owner: "bob" } }, "invalid_request"],
    ["an unknown word", { verb: "delete", filter: { stat: "failed" } }, "invalid_request"],
    ["a filter that its verb excludes", { verb: "cancel", filter: { state: "failed" } }, "filter_not_supported"],
  ])("refuses %s", async (_name, body, code) => {
    const response = await order(body);
    expect([response.status, (await response.json()).code]).toEqual([422, code]);
  });

  test("is not for those who send jobs.bulk as a job", async () => {
    const body = { name: "jobs.bulk", input: { verb: "delete", filter: { queue: "tests" } } };
    expect(await (await call(jobs.POST, { method: "POST", body })).json()).toMatchObject({ code: "unknown_job" });
  });
});

describe("/api/ops/jobs/bulk", () => {
  test("counts over all owners, and is written to the audit list", async () => {
    for (const owner of ["ada", "bob"]) await fail(owner);
    const response = await orderAll({ verb: "retry", filter: { state: "failed" }, dryRun: true });
    expect(await response.json()).toMatchObject({ count: 2, atLeast: false });
    const { actions } = await (await call(audit.GET, OPERATOR)).json();
    expect(actions).toMatchObject([{ action: 'count from checkpoint: jobs with {"state":"failed"}' }]);
  });

  test("begins a job of the operator's, which he can look at and cancel, and nobody else sees", async () => {
    await fail("ada");
    const { id } = await (await orderAll({ verb: "delete", filter: { owner: "ada" } })).json();
    const params = { id };
    expect(await (await call(one.GET, { params, ...OPERATOR })).json()).toMatchObject({ job: { id }, result: null });
    expect(await (await call(all.GET, OPERATOR)).json()).toMatchObject({ jobs: [{ id }], cursor: null });
    expect((await call(one.GET, { params })).status).toBe(401);
    const cancelled = await call(cancel.POST, { method: "POST", params, ...OPERATOR });
    expect(await cancelled.json()).toMatchObject({ id, state: "cancelled" });
  });

  test("refuses what cannot be found over all owners, and says what can", async () => {
    const response = await orderAll({ verb: "cancel", filter: { state: "running" } });
    const { code, title } = await response.json();
    expect([response.status, code, title]).toEqual([
      422,
      "filter_not_supported",
      expect.stringContaining('"fingerprint"'),
    ]);
  });
});
