import { beforeEach, describe, expect, test } from "vitest";
import type { Submission } from "@/lib/core/submission";
import { setUpQueue } from "@/tests/queue/set-up-queue";
import { NOW } from "@/tests/support/builders";

let bench: ReturnType<typeof setUpQueue>;
beforeEach(() => {
  bench = setUpQueue();
});

const aSubmission = (submission: Partial<Submission> = {}): Submission => ({
  owner: "ada",
  name: "tests.anything",
  input: { size: 1 },
  fromApi: true,
  ...submission,
});

describe("submit", () => {
  test("makes a job as its definition says, and kicks its queue", async () => {
    const { job, isNew } = await bench.submit({ account: " main " });
    expect(isNew).toBe(true);
    expect(job).toMatchObject({
      id: "job_1",
      name: "tests.copy",
      queue: "tests",
      owner: "ada",
      state: "queued",
      input: { fileId: "file_1", account: "main" },
      maxAttempts: 5,
      uniqueKey: "file_1:main",
      concurrencyKey: "main",
      files: ["file_1"],
      priority: 0,
    });
    expect(bench.kicks).toMatchObject([{ queue: "tests", delayMs: 0 }]);
  });

  test("obeys the options", async () => {
    const options = { priority: 7, delayMs: 5_000, uniqueKey: "mine" };
    const { job } = await bench.queue.submit(aSubmission({ options }));
    expect(job).toMatchObject({ state: "scheduled", runAt: NOW + 5_000, priority: 7, uniqueKey: "mine" });
  });

  test("starts at once what should have started in the past", async () => {
    const { job } = await bench.queue.submit(aSubmission({ options: { runAt: NOW - 1 } }));
    expect(job.state).toBe("queued");
  });

  test.each([
    ["an unknown name", { name: "tests.unknown" }, "unknown_job"],
    ["a name from Object.prototype", { name: "constructor" }, "unknown_job"],
    ["a definition that is not public", { name: "tests.internal" }, "unknown_job"],
    ["an input that its schema refuses", { name: "tests.copy", input: { fileId: 1 } }, "invalid_request"],
    ["a start at no whole millisecond, which code may ask for", { options: { delayMs: 1.5 } }, "invalid_request"],
    ["a start that no clock will show", { options: { delayMs: Number.MAX_SAFE_INTEGER } }, "invalid_request"],
    ["a priority that is no whole number", { options: { priority: 0.5 } }, "invalid_request"],
    ["an input over 64 KiB", { input: { text: "ü".repeat(33_000) } }, "too_large"],
    [
      "somebody else's file",
      { owner: "bob", name: "tests.copy", input: { fileId: "file_1", account: "" } },
      "file_not_found",
    ],
  ])("refuses %s, and makes no job", async (_name, submission, code) => {
    await expect(bench.queue.submit(aSubmission(submission))).rejects.toMatchObject({ code });
    expect(await bench.queue.list("ada", { cursor: null, limit: 10 })).toEqual({ jobs: [], cursor: null });
    expect(bench.kicks).toEqual([]);
  });

  test("names what is wrong with an input", async () => {
    const refused = bench.queue.submit(aSubmission({ name: "tests.copy", input: { fileId: 1, account: "a" } }));
    await expect(refused).rejects.toMatchObject({ details: { issues: [{ path: ["fileId"], code: "invalid_type" }] } });
  });

  test("lets the application itself submit what is not public", async () => {
    const { job } = await bench.queue.submit(aSubmission({ name: "tests.internal", fromApi: false }));
    expect(job.name).toBe("tests.internal");
  });

  test("is not lost when the kick cannot be published", async () => {
    bench.isDispatcherDown = true;
    expect(await bench.submit()).toMatchObject({ isNew: true, job: { state: "queued" } });
    expect(bench.warnings).toEqual([{ event: "kick_failed", queues: ["tests"], reason: "connection refused" }]);
  });
});

describe("submit with a unique key", () => {
  test("answers the unfinished job that has it, and lets go of the files", async () => {
    const first = await bench.submit();
    const second = await bench.submit();
    expect([second.isNew, second.job.id]).toEqual([false, first.job.id]);
    expect([...bench.holds]).toEqual(["file_1 job_1"]);
    expect(bench.kicks).toHaveLength(1);
  });

  test("makes another job once that one has ended", async () => {
    await bench.submit();
    await bench.finish("completed");
    expect(await bench.submit()).toMatchObject({ isNew: true });
  });

  test("replaces that one when the options say so", async () => {
    const ask = (size: number) =>
      bench.queue.submit(aSubmission({ input: { size }, options: { uniqueKey: "u", onDuplicate: "replace" } }));
    const [first, second] = [await ask(1), await ask(2)];
    expect([second.isNew, second.job.id]).toEqual([true, "job_2"]);
    expect((await bench.queue.read(first.job.id, "ada")).job).toMatchObject({
      state: "cancelled",
      replacedBy: "job_2",
    });
  });

  test("is refused when the options say so, names the other job, and lets go of the files", async () => {
    await bench.submit();
    const again = aSubmission({ name: "tests.copy", input: { fileId: "file_1", account: "main" } });
    await expect(bench.queue.submit({ ...again, options: { onDuplicate: "refuse" } })).rejects.toMatchObject({
      code: "duplicate_job",
      message: expect.stringContaining("job_1"),
      details: { jobId: "job_1", state: "queued" },
    });
    expect([...bench.holds]).toEqual(["file_1 job_1"]);
  });
});

describe("submit with an idempotency key", () => {
  test("answers the first job to the same request, whatever the order of its fields, even after its end", async () => {
    await bench.queue.submit(aSubmission({ idempotencyKey: "k", input: { a: 1, b: [{ c: 2, d: 3 }] } }));
    await bench.finish("completed");
    const again = aSubmission({ idempotencyKey: "k", input: { b: [{ d: 3, c: 2 }], a: 1 } });
    expect(await bench.queue.submit(again)).toMatchObject({ isNew: false, job: { id: "job_1", state: "completed" } });
  });

  test.each([
    ["input", { input: { size: 2 } }],
    ["input that only looks alike", { input: { size: "1" } }],
    ["options", { options: { delayMs: 0 } }],
  ])("refuses another request with the same key: other %s", async (_name, other) => {
    await bench.queue.submit(aSubmission({ idempotencyKey: "k" }));
    const refused = bench.queue.submit(aSubmission({ idempotencyKey: "k", ...other }));
    await expect(refused).rejects.toMatchObject({ code: "idempotency_conflict" });
  });

  test("holds no file for a refused request", async () => {
    await bench.submit({}, "k");
    await expect(bench.submit({ fileId: "file_2" }, "k")).rejects.toMatchObject({ code: "idempotency_conflict" });
    expect([...bench.holds]).toEqual(["file_1 job_1"]);
  });

  test("counts for one owner only", async () => {
    await bench.queue.submit(aSubmission({ idempotencyKey: "k" }));
    const bobs = await bench.queue.submit(aSubmission({ idempotencyKey: "k", owner: "bob", input: { size: 2 } }));
    expect(bobs).toMatchObject({ isNew: true, job: { owner: "bob" } });
  });
});

describe("submit with a limit on unfinished jobs", () => {
  test("refuses the one too many, holds no file for it, and finds what was there before", async () => {
    bench = setUpQueue({ maxActive: 1 });
    await bench.submit({}, "first");
    await expect(bench.submit({ account: "other" })).rejects.toMatchObject({
      code: "quota_exceeded",
      details: { limit: 1, retryAfterS: 30 },
    });
    expect([...bench.holds]).toEqual(["file_1 job_1"]);
    expect(await bench.submit({}, "first")).toMatchObject({ isNew: false, job: { id: "job_1" } });
  });
});
