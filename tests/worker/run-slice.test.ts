import { describe, expect, test } from "vitest";
import { z } from "zod";
import { jobDefiner } from "@/lib/core/definition";
import { StoreUnavailableError } from "@/lib/core/ledger";
import { AppError, FatalError, RetryableError } from "@/lib/errors";
import type { Fault } from "@/lib/testing/test-worker";
import { type Act, actJob } from "@/tests/support/act-job";
import { setUpBench } from "@/tests/support/bench";
import { type CountServices, countJob, upTo } from "@/tests/support/count-job";

async function act(acting: Act, fault?: Fault) {
  const bench = setUpBench({ definitions: [actJob], services: () => ({ act: acting }) });
  const id = await bench.enqueue({ name: actJob.name, input: null, maxAttempts: 2 });
  await bench.aWorker(fault).drain();
  return { bench, id, job: await bench.jobOf(id) };
}

async function count(onNumber: CountServices["onNumber"], to = 6) {
  const events: string[] = [];
  const bench = setUpBench({ definitions: [countJob], services: () => ({ onNumber, events }) });
  const id = await bench.enqueue({ name: countJob.name, input: { to } });
  return { bench, id, events };
}

describe("a slice", () => {
  test("keeps a small result in the record, and what was logged as rows of the job", async () => {
    const { bench, id, job } = await act(() => "done");
    expect(job).toMatchObject({ state: "completed", output: { value: "done" }, percent: 100 });
    expect(await bench.rowsOf(id, "log")).toEqual([
      { at: bench.clock(), level: "warn", message: `acting${".".repeat(1_994)}` },
    ]);
    expect(bench.ticking()).toBe(0);
  });

  test("keeps a large result in a file", async () => {
    const large = "x".repeat(65 * 1024);
    const { bench, id, job } = await act(() => large);
    const file = `jobs/${id}/result/w1.json`;
    expect(job).toMatchObject({ state: "completed", output: { file, bytes: large.length + 2 } });
    expect(bench.files.texts.get(file)).toBe(JSON.stringify(large));
  });

  test("lets a job that threw try again, and hides what nobody foresaw, but for the log", async () => {
    const secret = new Error("redis://secret@host");
    const { bench, job } = await act(() => Promise.reject(secret));
    expect(job).toMatchObject({ state: "retrying", attempt: 2, error: { code: "unexpected" } });
    expect(JSON.stringify(job)).not.toContain("secret");
    expect(bench.errors).toEqual([{ event: "job_threw", error: secret }]);
  });

  test("shows what our own errors say, without an alarm in the log", async () => {
    const { bench, job } = await act(() => {
      throw new RetryableError("busy", "The provider is busy.", { retryAfterMs: 7_000 });
    });
    const error = { code: "busy", message: "The provider is busy." };
    expect(job).toMatchObject({ state: "retrying", error, runAt: bench.clock() + 7_000 });
    expect(bench.errors).toEqual([]);
  });

  test("ends a job at once that threw fatally", async () => {
    const { job } = await act(() => {
      throw new FatalError("header_missing", "There is no header.");
    });
    const error = { code: "header_missing", message: "There is no header." };
    expect(job).toMatchObject({ state: "failed", attempt: 1, error });
  });

  test("ends a job that nobody defines any more", async () => {
    const bench = setUpBench({ definitions: [], services: () => ({}) });
    const id = await bench.enqueue({ name: "tests.gone" });
    bench.pass(600_000);
    await bench.aWorker().drain();
    expect(await bench.jobOf(id)).toMatchObject({ state: "failed", error: { code: "unknown_job" } });
  });

  test("leaves a new job to others that this version of the code does not know yet", async () => {
    const bench = setUpBench({ definitions: [], services: () => ({}) });
    const id = await bench.enqueue({ name: "tests.new", maxAttempts: 1 });
    bench.pass(599_999);
    await bench.aWorker().drain();
    expect(await bench.jobOf(id)).toMatchObject({
      state: "waiting",
      attempt: 1,
      runAt: bench.clock() + 15_000,
      waitFor: null,
    });
    expect(bench.errors).toEqual([]);
  });

  test("ends a job whose stage results have outgrown the record", async () => {
    const { job } = await act(() => "x".repeat(256 * 1024));
    expect(job).toMatchObject({ state: "failed", error: { code: "checkpoint_too_large" } });
  });

  test("lets a job try again whose rows, or whose large result, could not be written", async () => {
    const isFull: Fault = (_call, _when, name) => {
      if (name === "write") throw new Error("disk full");
    };
    for (const result of ["small", "x".repeat(65 * 1024)]) {
      const { job } = await act(() => result, isFull);
      expect(job).toMatchObject({ state: "retrying", error: { code: "storage_failed" } });
    }
  });

  test("reads back for a job what it has committed, in this slice and in those before", async () => {
    const seen: unknown[] = [];
    const reread = jobDefiner<null>()({
      name: "tests.reread",
      queue: "tests",
      input: z.object({ to: z.int() }),
      output: z.null(),
      stages: { count: { label: "Counting", cursor: z.int() }, end: "Ending" },
      datasets: { numbers: z.int(), others: z.int() },
      async *run({ input, stage, committed }) {
        yield* stage("count", {}, async function* ({ cursor = 0, emit }) {
          for (let at = cursor + 1; at <= input.to; at += 1) {
            emit("numbers", [at]);
            yield { cursor: at };
          }
        });
        for await (const number of committed("numbers")) seen.push(number);
        for await (const other of committed("others")) seen.push(other);
        return yield* stage("end", () => null);
      },
    });
    const bench = setUpBench({ definitions: [reread], services: () => null });
    const id = await bench.enqueue({ name: reread.name, input: { to: 3 } });
    await bench.aWorker().drain(0);
    await bench.aWorker().drain();
    expect((await bench.jobOf(id)).state).toBe("completed");
    expect(seen).toEqual(upTo(3));
  });

  test("reports a finally that threw while its job was being stopped, and settles the job all the same", async () => {
    const events = { push: () => fail() } as unknown as string[]; // a finally of the job calls it
    const bench = setUpBench({ definitions: [countJob], services: () => ({ onNumber: () => {}, events }) });
    const id = await bench.enqueue({ name: countJob.name, input: { to: 3 } });
    await bench.aWorker().drain(0);
    await bench.aWorker().drain(0);
    expect(await bench.jobOf(id)).toMatchObject({ state: "queued", attempt: 1 });
    expect(bench.errors).toEqual([{ event: "clean_up_failed", error: new Error("broken") }]);
  });

  test("leaves a job to its lease when the store cannot be reached", async () => {
    const { bench, id } = await count(() => {});
    await bench
      .aWorker((_call, _when, name) => {
        if (name === "commit") throw new Error("store is down");
      })
      .drain();
    expect(await bench.jobOf(id)).toMatchObject({ state: "running", attempt: 1 });
    expect(bench.errors).toEqual([{ event: "slice_abandoned", error: new Error("store is down") }]);
    expect(bench.ticking()).toBe(0);
  });

  test.each([
    ["the store", new StoreUnavailableError("down")],
    ["the file store", new AppError("unavailable", "The file store cannot be reached right now.")],
  ])("costs a job no attempt that %s was out of reach while it read through its services", async (_, outage) => {
    let isDown = true;
    const bench = setUpBench({
      definitions: [actJob],
      services: () => ({ act: () => (isDown ? Promise.reject(outage) : "read") }),
    });
    const id = await bench.enqueue({ name: actJob.name, input: null });
    await bench.aWorker().drain();
    expect(bench.errors).toEqual([{ event: "slice_abandoned", error: outage }]);

    isDown = false;
    await bench.letLeasesRunOut();
    await bench.aWorker().drain();
    expect(await bench.jobOf(id)).toMatchObject({ state: "completed", attempt: 1 });
  });

  test("leaves a job to its lease when its services cannot be made", async () => {
    const definition = { ...actJob, start: () => fail() };
    const bench = setUpBench({ definitions: [definition], services: () => ({ act: () => "" }) });
    await bench.enqueue({ name: actJob.name, input: null });
    expect(await bench.aWorker().drain()).toEqual({ slices: 1 });
    expect(bench.errors.map(({ event }) => event)).toEqual(["slice_abandoned"]);
  });
});

const fail = (): never => {
  throw new Error("broken");
};
