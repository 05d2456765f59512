import { beforeEach, describe, expect, test, vi } from "vitest";
import * as wake from "@/app/api/jobs/[id]/wake/route";
import { JobView } from "@/lib/contracts/jobs";
import type { JobId } from "@/lib/core/job";
import { call } from "@/tests/api/call";
import { startApplication } from "@/tests/api/running-application";
import { aClaim, asItWas } from "@/tests/support/builders";

vi.mock("@/lib/server", async () => ({ server: (await import("@/tests/api/running-application")).server }));

let bench: ReturnType<typeof startApplication>;
let id: JobId;
beforeEach(async () => {
  bench = startApplication();
  ({ id } = (await bench.submit()).job);
});

/** Takes the job and gives it up until it is woken. */
async function letItWait() {
  const { held } = await bench.store.claim(aClaim({ now: bench.now }));
  const outcome = { kind: "waiting", delayMs: null, waitFor: { stage: "copy", name: "paid" } } as const;
  const settlements = held.map((each) => ({ held: each, outcome, reached: asItWas(each.job) }));
  await bench.store.settle("tests", settlements, bench.now, 0);
}

const send = (body: object, options: { owner?: string | null; headers?: Record<string, string> } = {}) =>
  call(wake.POST, { method: "POST", params: { id }, body, ...options });
const PAID = { name: "paid", payload: { sum: 7 }, id: "w" };
const wakesOf = async () => (await bench.store.get(id))?.job.wakes;

describe("POST /api/jobs/:id/wake", () => {
  test("wakes the owner's job, once for each id, and kicks", async () => {
    await letItWait();
    bench.now += 60_000;
    bench.kicks.splice(0);
    expect(JobView.parse(await (await send(PAID)).json())).toMatchObject({ state: "queued", waitingFor: null });
    expect((await send(PAID)).status).toBe(200);
    expect(bench.kicks).toMatchObject([{ queue: "tests", delayMs: 0 }]);
    expect(await wakesOf()).toMatchObject({ unread: [], woken: { timedOut: false, payload: { sum: 7 } } });
  });

  test("gives an id to a wake that has none, so that each counts", async () => {
    const { id: _id, ...nameless } = PAID;
    await send(nameless);
    await send(nameless);
    expect((await wakesOf())?.unread).toHaveLength(2);
  });

  test("is not found by anybody else but the operator, whose doing is written down", async () => {
    const other = { owner: "bob" };
    expect(await (await send(PAID, other)).json()).toMatchObject({ status: 404, code: "not_found" });
    const bearer = { ...other, headers: { authorization: "Bearer bobs-token", cookie: "owner=bob; operator=yes" } };
    expect((await send(PAID, bearer)).status).toBe(404);
    const operator = { owner: null, headers: { cookie: "owner=bob; operator=yes" } };
    expect((await send(PAID, operator)).status).toBe(200);
    expect((await wakesOf())?.unread).toHaveLength(1);
  });

  test.each([
    ["no name", { payload: 1 }, 422, "invalid_request"],
    ["a name of 201 characters", { ...PAID, name: "n".repeat(201) }, 422, "invalid_request"],
    ["no payload", { name: "paid" }, 422, "invalid_request"],
    ["an empty id", { ...PAID, id: "" }, 422, "invalid_request"],
    ["a payload over 64 KiB", { ...PAID, payload: "x".repeat(65_536) }, 413, "too_large"],
  ])("refuses %s", async (_name, body, status, code) => {
    expect(await (await send(body)).json()).toMatchObject({ status, code });
  });

  test("is refused by a job that has ended, and by one that has too many unread", async () => {
    for (let n = 0; n < 100; n += 1) await send({ ...PAID, id: `w${n}` });
    expect(await (await send(PAID)).json()).toMatchObject({ status: 409, code: "too_many_wakes" });
    await bench.queue.control(id, "ada", "cancel");
    expect(await (await send(PAID)).json()).toMatchObject({ status: 409, code: "not_possible" });
  });
});
