import { beforeEach, describe, expect, test } from "vitest";
import type { FinishedJob, JobId } from "@/lib/core/job";
import { setUpQueue } from "@/tests/queue/set-up-queue";
import { aClaim, aNewJob, asItWas } from "@/tests/support/builders";

let bench: ReturnType<typeof setUpQueue>;
beforeEach(() => {
  bench = setUpQueue();
});

const finished = async (outcome: "completed" | "failed" = "completed"): Promise<JobId> => {
  const { job } = await bench.submit();
  await bench.finish(outcome);
  return job.id;
};

describe("every verb", () => {
  type Queue = typeof bench.queue;
  test.each<[string, (queue: Queue, id: JobId) => Promise<unknown>]>([
    ["read", (queue, id) => queue.read(id, "bob")],
    ["readOutput", (queue, id) => queue.readOutput(id, "bob")],
    ["cancel", (queue, id) => queue.control(id, "bob", "cancel")],
    ["pause", (queue, id) => queue.control(id, "bob", "pause")],
    ["resume", (queue, id) => queue.control(id, "bob", "resume")],
    ["retry", (queue, id) => queue.control(id, "bob", "retry")],
    ["restart", (queue, id) => queue.control(id, "bob", "restart")],
    ["remove", (queue, id) => queue.remove(id, "bob")],
  ])("does not find somebody else's job, whatever its state: %s", async (_verb, act) => {
    const id = await finished();
    await expect(act(bench.queue, id)).rejects.toMatchObject({ code: "not_found" });
    const { job } = await bench.submit({ account: "other" });
    await expect(act(bench.queue, job.id)).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("control", () => {
  test("steers a job and kicks when it may go on", async () => {
    const { job } = await bench.submit();
    expect(await bench.queue.control(job.id, "ada", "pause")).toMatchObject({ state: "paused" });
    bench.now += 60_000;
    bench.kicks.splice(0);
    expect(await bench.queue.control(job.id, "ada", "resume")).toMatchObject({ state: "queued" });
    expect(bench.kicks).toMatchObject([{ queue: "tests", delayMs: 0 }]);
    expect(await bench.queue.control(job.id, "ada", "cancel")).toMatchObject({ state: "cancelled" });
  });

  test("says in which state a job is that does not obey", async () => {
    const id = await finished();
    await expect(bench.queue.control(id, "ada", "cancel")).rejects.toMatchObject({
      code: "not_possible",
      message: "The job is completed, so it cannot be cancelled.",
      details: { state: "completed" },
    });
  });

  test("does not retry a job whose unique key another one holds", async () => {
    const id = await finished("failed");
    await bench.submit();
    await expect(bench.queue.control(id, "ada", "retry")).rejects.toMatchObject({
      code: "not_possible",
      message: "The job is failed, and another unfinished job does the same work already.",
    });
  });
});

describe("a child whose parent has begun anew", () => {
  test("is not retried, and says why", async () => {
    const { job } = await bench.submit();
    const child = aNewJob({ parent: { id: job.id, stage: "family", round: 0, index: 0, onFailure: "continue" } });
    await bench.store.enqueue([child], bench.now);
    await bench.queue.control(child.id, "ada", "cancel");
    await expect(bench.queue.control(child.id, "ada", "retry")).rejects.toMatchObject({
      code: "parent_began_anew",
      message:
        "The job is cancelled, and its parent has begun anew since, with other children. Nobody waits for this one.",
      details: { state: "cancelled", parentId: job.id },
    });
  });
});

describe("readOutput", () => {
  test("answers what a completed job returned", async () => {
    expect(await bench.queue.readOutput(await finished(), "ada")).toEqual({ kind: "value", value: { rows: 7 } });
  });

  test("reads a large result from its file", async () => {
    const { job } = await bench.submit();
    const { held } = await bench.store.claim(aClaim({ now: bench.now }));
    const outcome = { kind: "completed" as const, output: { file: "jobs/job_1/result/w1.json", bytes: 2 } };
    const settlements = held.map((each) => ({ held: each, outcome, reached: asItWas(each.job) }));
    await bench.store.settle("tests", settlements, bench.now, 0);
    bench.bytes.set("jobs/job_1/result/w1.json", "{}");
    const output = await bench.queue.readOutput(job.id, "ada");
    expect(output).toMatchObject({ kind: "file", size: 2 });
    const pieces = output.kind === "file" ? await Array.fromAsync(output.bytes) : [];
    expect(Buffer.concat(pieces).toString()).toBe("{}");
  });

  test("says why there is no result", async () => {
    const { job } = await bench.submit();
    const refused = () => bench.queue.readOutput(job.id, "ada");
    await expect(refused()).rejects.toMatchObject({ code: "not_finished", details: { state: "queued" } });
    await bench.finish("failed");
    const error = { code: "broken", message: "It is broken." };
    await expect(refused()).rejects.toMatchObject({ code: "job_failed", details: { error } });
    await bench.queue.control(job.id, "ada", "retry");
    await bench.queue.control(job.id, "ada", "cancel");
    await expect(refused()).rejects.toMatchObject({ code: "job_cancelled" });
  });
});

describe("remove", () => {
  test("removes what a finished job has written, its hold with the unused input, then its record", async () => {
    const id = await finished();
    await bench.queue.remove(id, "ada");
    expect(bench.deleted).toEqual([`jobs/${id}/`]);
    expect(bench.released).toEqual([{ owner: "ada", fileIds: ["file_1"], jobId: id, deleteUnused: true }]);
    await expect(bench.queue.read(id, "ada")).rejects.toMatchObject({ code: "not_found" });
    await expect(bench.queue.remove(id, "ada")).rejects.toMatchObject({ code: "not_found" });
  });

  test("cannot be overtaken by a retry, which would find its rows gone", async () => {
    const id = await finished("failed");
    bench.onDelete = async () => {
      await expect(bench.queue.control(id, "ada", "retry")).rejects.toMatchObject({
        code: "not_possible",
        message: "The job is failed, and is being deleted.",
      });
    };
    await bench.queue.remove(id, "ada");
    await expect(bench.queue.read(id, "ada")).rejects.toMatchObject({ code: "not_found" });
    expect.assertions(2);
  });

  test("removes files that came later, unless there is a job with this id again", async () => {
    const id = await finished();
    await bench.queue.remove(id, "ada");
    bench.deleted.length = 0;
    await bench.queue.removeLate(id);
    expect(bench.deleted).toEqual([`jobs/${id}/`]);
    await bench.store.enqueue([aNewJob({ id })], bench.now);
    await bench.queue.removeLate(id);
    expect(bench.deleted).toEqual([`jobs/${id}/`]);
  });

  test("refuses a job that has not ended, and removes nothing", async () => {
    const { job } = await bench.submit();
    await expect(bench.queue.remove(job.id, "ada")).rejects.toMatchObject({ code: "not_possible" });
    expect([bench.deleted, bench.released]).toEqual([[], []]);
  });

  test("refuses a child whose parent goes on, and says so", async () => {
    const { job } = await bench.submit();
    const parent = { id: job.id, stage: "family", round: 0, index: 0, onFailure: "continue" } as const;
    const child = aNewJob({ parent });
    await bench.store.enqueue([child], bench.now);
    await bench.queue.control(child.id, "ada", "cancel");
    await expect(bench.queue.remove(child.id, "ada")).rejects.toMatchObject({
      code: "not_possible",
      message:
        "The job is cancelled, and its parent may ask for it yet. It can be deleted once that has completed, or is deleted itself.",
    });
  });

  test("keeps the input of an expired job for its own time", async () => {
    const { job } = await bench.queue.read(await finished(), "ada");
    await bench.queue.removeExpired(job as FinishedJob);
    expect(bench.released).toEqual([{ owner: "ada", fileIds: ["file_1"], jobId: job.id, deleteUnused: false }]);
    await expect(bench.queue.read(job.id, "ada")).rejects.toMatchObject({ code: "not_found" });
  });
});
