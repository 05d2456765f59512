import { beforeEach, describe, expect, test, vi } from "vitest";
import * as job from "@/app/api/jobs/[id]/route";
import * as jobs from "@/app/api/jobs/route";
import { childrenWake, type SpawnCursor } from "@/lib/core/children";
import { JobId } from "@/lib/core/job";
import { call } from "@/tests/api/call";
import { startApplication } from "@/tests/api/running-application";
import { aClaim, aNewJob } from "@/tests/support/builders";
import { DONE } from "@/tests/support/job-bench";

vi.mock("@/lib/server", async () => ({ server: (await import("@/tests/api/running-application")).server }));

let bench: ReturnType<typeof startApplication>;
let id: JobId;
const GROUP = { stage: "copy", round: 0 };

/** A job that waits for its four children, one after the other of which may be ended. */
beforeEach(async () => {
  bench = startApplication();
  ({ id } = (await bench.submit()).job);
  const { held } = await bench.store.claim(aClaim({ now: bench.now }));
  const cursor: SpawnCursor = { round: 0, heard: 0, made: 4, isSealed: true, looks: 0, pass: null };
  const copy = { state: "running", cursor, done: 0, failed: 0, total: 4, unit: "jobs" } as const;
  const reached = { checkpoint: { stages: { copy }, datasets: {} }, percent: 0 };
  const waitFor = { stage: "copy", name: childrenWake("copy") };
  const outcome = { kind: "waiting", delayMs: 30_000, waitFor } as const;
  await bench.store.settle(
    "tests",
    held.map((one) => ({ held: one, outcome, reached })),
    bench.now,
    0,
  );
  const children = [0, 1, 2, 3].map((index) =>
    aNewJob({ id: JobId.parse(`job_child${index}`), parent: { id, ...GROUP, index, onFailure: "fail" } }),
  );
  await bench.store.enqueue(children, bench.now);
});

async function endOne() {
  const { held } = await bench.store.claim(aClaim({ limit: 1, token: "child", now: bench.now }));
  const settlements = held.map((one) => ({
    held: one,
    outcome: DONE,
    reached: { checkpoint: one.job.checkpoint, percent: 0 },
  }));
  await bench.store.settle("tests", settlements, bench.now, 0);
}
const read = (headers = {}) => call(job.GET, { params: { id }, headers });
const shown = async () => (await (await read()).json()).stages[0];

describe("a job that waits for its children", () => {
  test("shows their progress, though its own record stands still", async () => {
    expect(await shown()).toMatchObject({ done: 0, total: 4, unit: "jobs" });
    await endOne();
    expect(await shown()).toMatchObject({ done: 1, total: 4 });
  });

  test("is told to be as it was only until one of them has ended", async () => {
    const tag = (await read()).headers.get("etag") ?? "";
    expect((await read({ "if-none-match": tag })).status).toBe(304);
    await endOne();
    expect((await read({ "if-none-match": tag })).status).toBe(200);
  });

  test("shows no less of it once they have woken it, or while it is paused", async () => {
    for (let ended = 0; ended < 3; ended += 1) await endOne();
    expect(await shown()).toMatchObject({ done: 3 });
    await bench.store.control(id, "ada", "pause", bench.now);
    expect(await shown()).toMatchObject({ done: 3 });
    await bench.store.control(id, "ada", "resume", bench.now);
    await endOne();
    expect((await bench.store.get(id))?.job.state).toBe("queued");
    expect(await shown()).toMatchObject({ done: 4 });
  });

  test("has them in a list of its own, which is nobody else's", async () => {
    const listed = async (query: string, owner = "ada") =>
      ((await (await call(jobs.GET, { query, owner })).json()).jobs as { id: string }[]).map((one) => one.id).sort();
    const children = [0, 1, 2, 3].map((n) => `job_child${n}`);
    expect(await listed("")).toEqual([id]);
    expect(await listed(`?parent=${id}`)).toEqual(children);
    expect(await listed(`?parent=${id}&name=tests.work`)).toEqual(children);
    expect(await listed(`?parent=${id}`, "bob")).toEqual([]);
  });
});
