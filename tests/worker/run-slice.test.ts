import { describe, expect, test } from "vitest";
import { z } from "zod";
import { jobDefiner } from "@/lib/core/definition";
import type { StageContext } from "@/lib/core/stage";
import { FatalError, RetryableError } from "@/lib/errors";
import { type Fault, setUpBench } from "@/tests/support/bench";
import { LEASE_MS } from "@/tests/support/builders";
import { type CountServices, countJob, upTo } from "@/tests/support/count-job";

type Act = (context: StageContext<Record<never, never>>, signal: AbortSignal) => Promise<string> | string;

/** A job of one stage that does what a test wants. */
const actJob = jobDefiner<{ readonly act: Act }>()({
  name: "tests.act",
  queue: "tests",
  input: z.null(),
  output: z.string(),
  stages: { act: "Acting" },
  retry: { maxAttempts: 2, firstDelay: "2s" },
  async *run({ stage, services, signal, log }) {
    log.warn(`acting${".".repeat(3_000)}`);
    return yield* stage("act", (context) => services.act(context, signal));
  },
});

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
    await bench.aWorker().drain();
    expect(await bench.jobOf(id)).toMatchObject({ state: "failed", error: { code: "unknown_job" } });
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

describe("the heartbeat of a slice", () => {
  test("keeps the lease of a job that takes long to its next safe point", async () => {
    const { bench, id } = await count(async (n) => {
      if (n !== 3) return;
      for (let seconds = 0; seconds < 95; seconds += 5) {
        bench.pass(5_000);
        await settled();
        expect((await bench.tend()).rescued).toBe(0);
      }
    });
    await bench.aWorker().drain();
    expect(await bench.jobOf(id)).toMatchObject({ state: "completed", slices: 1, losses: 0 });
    expect(bench.ticking()).toBe(0);
  });

  test("reports that it failed, and the job goes on", async () => {
    const { bench, id } = await count(async (n) => {
      if (n !== 3) return;
      bench.pass(10_000);
      await settled();
    });
    let isDown = false;
    await bench
      .aWorker((_call, when, name) => {
        const isBeat = name === "commit" && when === "before" && bench.clock() % 60_000 === 10_000 && !isDown;
        if (!isBeat) return;
        isDown = true;
        throw new Error("store is down");
      })
      .drain();
    expect(bench.errors).toEqual([{ event: "heartbeat_failed", error: new Error("store is down") }]);
    expect(await bench.jobOf(id)).toMatchObject({ state: "completed" });
  });

  /** Passes so much time that the heart beats, and fails like a read that was aborted. */
  const untilAborted = async (bench: { pass: (ms: number) => void }, signal: AbortSignal) => {
    bench.pass(10_000);
    await settled();
    signal.throwIfAborted();
    return "never told to hurry";
  };

  test.each(["cancel", "pause"] as const)("hurries a job on that should %s, which is no failure", async (verb) => {
    const { bench, id, events } = await count(async (n, signal) => {
      if (n !== 3) return;
      await bench.store.control(id, "ada", verb, bench.clock());
      await untilAborted(bench, signal);
    });
    await bench.aWorker().drain();
    const job = await bench.jobOf(id);
    expect(job).toMatchObject({ state: verb === "cancel" ? "cancelled" : "paused", attempt: 1 });
    expect(events).toEqual(["left at 2"]);
  });

  test("hurries a job on whose time is up, which costs no attempt", async () => {
    const { bench, id } = await count(async (n, signal) => {
      if (n === 3) await untilAborted(bench, signal);
    });
    await bench.aWorker().drain(8_000);
    expect(await bench.jobOf(id)).toMatchObject({ state: "queued", attempt: 1, losses: 0 });
    expect(await bench.rowsOf(id, "numbers")).toEqual(upTo(2));
  });

  test("tells an aborted read from a failure that came at the same time", async () => {
    const endWith = async (error: Error) => {
      const { bench, id } = await count(async (n, signal) => {
        if (n !== 3) return;
        await untilAborted(bench, signal).catch(() => Promise.reject(error));
      });
      await bench.aWorker().drain(8_000);
      return (await bench.jobOf(id)).state;
    };
    expect(await endWith(Object.assign(new Error("gone"), { name: "AbortError" }))).toBe("queued");
    expect(await endWith(new Error("broken"))).toBe("retrying");
  });

  test("lets a job alone that has committed nothing yet, however late it is", async () => {
    const slow = setUpBench({
      definitions: [actJob],
      services: ({ pass }) => ({ act: (_context: unknown, signal: AbortSignal) => untilAborted({ pass }, signal) }),
    });
    const slowId = await slow.enqueue({ name: actJob.name, input: null });
    await slow.aWorker().drain(1);
    expect(await slow.jobOf(slowId)).toMatchObject({
      state: "queued",
      checkpoint: { stages: { act: { result: "never told to hurry" } } },
    });
  });

  test("hurries a job on that another worker holds, and nothing it wrote counts", async () => {
    const { bench, id } = await count(async (n, signal) => {
      if (n !== 3 || signal.aborted) return;
      bench.pass(LEASE_MS);
      await bench.tend();
      await untilAborted(bench, signal);
    });
    await bench.aWorker().drain();
    expect(await bench.jobOf(id)).toMatchObject({ attempt: 1 });
  });
});

/** Lets everything that is under way come to its end. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
