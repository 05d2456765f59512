import { describe, expect, test } from "vitest";
import { z } from "zod";
import { jobDefiner } from "@/lib/core/definition";
import type { StageContext } from "@/lib/core/stage";
import { FatalError } from "@/lib/errors";
import { createTestQueue, type TestTime } from "@/lib/testing/create-test-queue";
import { START_AT } from "@/lib/testing/virtual-time";
import { countJob, upTo } from "@/tests/support/count-job";
import { childJob, parentJob } from "@/tests/support/family-job";

interface ActServices {
  readonly act: (context: StageContext<Record<never, never>>) => Promise<unknown> | unknown;
}

/** Does what a test wants, and answers in words how that went. */
const actJob = jobDefiner<ActServices>()({
  name: "tests.act",
  queue: "tests",
  input: z.object({ text: z.string() }),
  output: z.object({ text: z.string() }),
  stages: { act: "Acting" },
  retry: { maxAttempts: 3, firstDelay: "10s" },
  timeouts: { attempt: "1m" },
  async *run({ input, stage, services, log }) {
    log.info("begun");
    yield* stage("act", async (context) => void (await services.act(context)));
    return input;
  },
});

/** Waits for an answer, an hour at most. */
const askJob = jobDefiner<null>()({
  name: "tests.ask",
  queue: "tests",
  input: z.null(),
  output: z.string(),
  stages: { ask: { label: "Asking", cursor: z.null() } },
  async *run({ stage }) {
    return yield* stage("ask", {}, async function* ({ woken }) {
      if (!woken) yield { cursor: null, waitFor: "answer", timeout: "1h" };
      else return woken.timedOut ? "silence" : z.string().parse(woken.payload);
      throw new Error("A job that waits leaves its worker.");
    });
  },
});

/** Looks every minute, for ever. */
const watchJob = jobDefiner<null>()({
  name: "tests.watch",
  queue: "tests",
  input: z.null(),
  output: z.null(),
  stages: { watch: { label: "Watching", cursor: z.int() } },
  async *run({ stage }) {
    return yield* stage("watch", {}, async function* ({ cursor = 0 }) {
      for (;;) {
        cursor += 1;
        yield { cursor, wait: "1m" };
      }
    });
  },
});

const acting = (act: (time: TestTime) => unknown) =>
  createTestQueue({ definitions: [actJob], services: (_job, time) => ({ act: () => act(time) }) });
const counting = (options: { budget?: "0s"; seed?: number; now?: number } = {}) =>
  createTestQueue({
    definitions: [countJob],
    services: () => ({ onNumber: () => {}, events: [] as string[] }),
    ...options,
  });

describe("a test queue", () => {
  test("runs a job to its end, with its rows, its log and what listeners hear", async () => {
    const queue = counting();
    const job = await queue.submit(countJob, { to: 7 });
    expect(await job.state()).toBe("queued");
    await queue.run();
    expect(await job.output()).toEqual({ sum: 28 });
    expect(await job.rows("numbers")).toEqual(upTo(7));
    expect(await job.log()).toMatchObject([{ level: "info", message: "counted to 7" }]);
    expect(job.events()).toMatchObject([{ jobId: job.id, state: "completed" }]);
    expect(queue.events()).toEqual(job.events());
    expect(queue.errors()).toEqual([]);
  });

  test("lets time jump over backoffs, and says what the job threw", async () => {
    let tries = 0;
    const queue = acting(() => {
      tries += 1;
      throw new TypeError(`broken ${tries}`);
    });
    const job = await queue.submit(actJob, { text: "" });
    await queue.run();
    expect(tries).toBe(3);
    expect(queue.now()).toBeGreaterThan(START_AT);
    await expect(job.output()).rejects.toMatchObject({
      message: expect.stringMatching(/^job_\w+ \(tests\.act\) has no output: it is failed with unexpected: /),
      cause: new TypeError("broken 3"),
    });
  });

  test("gives large outputs whole", async () => {
    const queue = acting(() => {});
    const text = "x".repeat(60_000);
    const job = await queue.submit(actJob, { text });
    await queue.run();
    expect(await job.output()).toEqual({ text });
  });

  test("starts a job when its time has come", async () => {
    const queue = counting();
    const job = await queue.submit(countJob, { to: 1 }, { delayMs: 90_000 });
    await queue.advance("1m");
    expect(await job.state()).toBe("scheduled");
    expect(queue.now()).toBe(START_AT + 60_000);
    await queue.advance("1m");
    expect(await job.state()).toBe("completed");
    expect(queue.now()).toBe(START_AT + 120_000);
  });

  test("forgets a finished job when its time is over", async () => {
    const queue = counting();
    const job = await queue.submit(countJob, { to: 1 });
    await queue.run();
    await queue.advance("25h");
    await expect(job.read()).rejects.toThrow(`There is no job ${job.id} any more.`);
    expect(queue.files.texts.size).toBe(0);
  });

  test("holds jobs to their time limits, which costs an attempt", async () => {
    const queue = acting(({ pass }) => pass("2m"));
    const job = await queue.submit(actJob, { text: "" });
    await queue.run();
    expect(await job.read()).toMatchObject({ state: "completed", attempt: 2, slices: 2 });
  });

  test.each([
    ["an answer", "42", "42"],
    ["none in time", null, "silence"],
  ])("leaves a job that waits for %s", async (_what, answer, output) => {
    const queue = createTestQueue({ definitions: [askJob], services: () => null });
    const job = await queue.submit(askJob, null);
    await queue.advance("5m");
    expect(await job.state()).toBe("waiting");
    if (answer !== null) await job.wake("answer", answer);
    await queue.run();
    expect(await job.output()).toBe(output);
  });

  test("cancels, pauses, resumes and retries", async () => {
    let isDown = true;
    const queue = acting(() => {
      if (isDown) throw new FatalError("down", "It is down.");
    });
    const [first, second] = [await queue.submit(actJob, { text: "1" }), await queue.submit(actJob, { text: "2" })];
    await first.pause();
    await second.cancel();
    await queue.run();
    expect(await first.state()).toBe("paused");
    expect(await second.state()).toBe("cancelled");
    await first.resume();
    await queue.run();
    expect(await first.state()).toBe("failed");
    isDown = false;
    await first.retry();
    await second.retry({ from: "start" });
    await queue.run();
    expect([await first.output(), await second.output()]).toEqual([{ text: "1" }, { text: "2" }]);
    expect(first.events().map(({ state }) => state)).toEqual(["failed", "completed"]);
  });

  test("runs children too", async () => {
    const queue = createTestQueue({ definitions: [parentJob, childJob], services: () => ({ onChild: () => {} }) });
    const job = await queue.submit(parentJob, { count: 3 });
    await queue.run();
    expect(await job.output()).toMatchObject({ sum: 6, completed: 3 });
    const children = await job.children();
    expect(await Promise.all(children.map((child) => child.output()))).toEqual([0, 2, 4]);
  });

  test("is the same for the same seed", async () => {
    const idOf = async (seed: number) => (await counting({ seed }).submit(countJob, { to: 1 })).id;
    expect(await idOf(7)).toBe(await idOf(7));
    expect(await idOf(7)).not.toBe(await idOf(8));
  });

  test("gives each slice one safe point, if it has no more time", async () => {
    const queue = counting({ budget: "0s" });
    const job = await queue.submit(countJob, { to: 5 });
    await queue.run();
    expect(await job.output()).toEqual({ sum: 15 });
    expect((await job.read()).slices).toBe(queue.reached().safePoints.length + 1); // the last one returns
    expect(await job.rows("numbers")).toEqual(upTo(5));
  });

  test("says which service a job has missed, and needs none for a job that uses none", async () => {
    const queue = createTestQueue({ definitions: [actJob] });
    const job = await queue.submit(actJob, { text: "hello" });
    await queue.run();
    await expect(job.output()).rejects.toMatchObject({
      cause: new Error('The test gives its jobs no service "act": let `services` answer one.'),
    });
  });

  test("says what the job threw too where the application would not log it", async () => {
    const queue = acting(() => {
      throw new FatalError("header_missing", "There is no header.", { cause: new Error("line 1") });
    });
    const job = await queue.submit(actJob, { text: "hello" });
    await queue.run();
    await expect(job.output()).rejects.toMatchObject({ cause: { code: "header_missing", cause: new Error("line 1") } });
  });

  test("begins with the job that was submitted first", async () => {
    const begun: string[] = [];
    const queue = createTestQueue({
      definitions: [actJob],
      services: ({ id }) => ({ act: () => begun.push(id) }),
    });
    const jobs = [];
    for (const text of ["a", "b", "c", "d", "e"]) jobs.push(await queue.submit(actJob, { text }));
    await queue.run();
    expect(begun).toEqual(jobs.map(({ id }) => id));
  });

  test("fails a job that yields what is no safe point, as the application does", async () => {
    const untyped = jobDefiner<null>()({
      name: "tests.untyped",
      queue: "tests",
      input: z.null(),
      output: z.null(),
      stages: { go: "Going" },
      async *run({ stage }) {
        yield stage("go", () => {}) as never;
        return null;
      },
    });
    const queue = createTestQueue({ definitions: [untyped] });
    const job = await queue.submit(untyped, null);
    await queue.run();
    expect(await job.read()).toMatchObject({ state: "failed", error: { code: "yield_invalid" } });
  });

  test("lets jobs go on with what was deployed meanwhile", async () => {
    const version = (cursor: z.ZodType<number | string>, output: string) =>
      jobDefiner<null>()({
        name: "tests.version",
        queue: "tests",
        input: z.null(),
        output: z.string(),
        stages: { go: { label: "Going", cursor } },
        async *run({ stage }) {
          yield* stage("go", {}, async function* () {
            yield { cursor: 1 };
          });
          return output;
        },
      });
    const goOnWith = async (next: readonly ReturnType<typeof version>[]) => {
      const old = version(z.int(), "old");
      const queue = createTestQueue({ definitions: [old] });
      const job = await queue.submit(old, null);
      await queue.run({ stopAt: { stage: "go" } });
      queue.deploy(next);
      await queue.run();
      return job;
    };
    expect(await (await goOnWith([version(z.int(), "new")])).output()).toBe("new");
    const changed = await goOnWith([version(z.string(), "new")]);
    expect(await changed.read()).toMatchObject({ state: "failed", error: { code: "cursor_incompatible" } });
    expect(await (await goOnWith([])).read()).toMatchObject({ state: "failed", error: { code: "unknown_job" } });
  });

  test("refuses a job that it was not told of", async () => {
    await expect(counting().submit(watchJob as never, null)).rejects.toThrow(
      'This queue was not given the definition of "tests.watch".',
    );
  });

  test("fails a job whose cursor its own schema would not take back", async () => {
    const careless = jobDefiner<null>()({
      name: "tests.careless",
      queue: "tests",
      input: z.null(),
      output: z.null(),
      stages: { go: { label: "Going", cursor: z.int() } },
      async *run({ stage }) {
        yield* stage("go", {}, async function* () {
          yield { cursor: 0.5 };
        });
        return null;
      },
    });
    const queue = createTestQueue({ definitions: [careless] });
    const job = await queue.submit(careless, null);
    await queue.run();
    expect(await job.read()).toMatchObject({
      state: "failed",
      error: {
        code: "cursor_incompatible",
        message: expect.stringMatching(
          /^Stage "go" has yielded a cursor that its own schema does not take back: Inval/,
        ),
      },
    });
  });

  test("refuses what the application would refuse", async () => {
    const queue = counting();
    await expect(queue.submit(countJob, { to: 1.5 })).rejects.toMatchObject({ code: "invalid_request" });
  });
});

describe("a run", () => {
  test("ends where it should stop, and the next one goes on in a new slice", async () => {
    const queue = counting();
    const job = await queue.submit(countJob, { to: 9 });
    await queue.run({ stopAt: { stage: "count", when: ({ at }: { at: number }) => at === 4 } });
    expect(await job.read()).toMatchObject({
      state: "queued",
      slices: 1,
      checkpoint: { stages: { count: { done: 4 } } },
    });
    expect(await job.rows("numbers")).toEqual(upTo(4));
    await queue.run({ stopAt: { stage: "count" } });
    expect(await job.rows("numbers")).toEqual(upTo(5));
    await queue.run();
    expect(await job.read()).toMatchObject({ state: "completed", slices: 3 });
    expect(await job.rows("numbers")).toEqual(upTo(9));
  });

  test("ends where the worker is killed, and the next one goes on once the lease has run out", async () => {
    const queue = counting();
    const job = await queue.submit(countJob, { to: 9 });
    await queue.run({ crashAt: { stage: "count", when: ({ at }: { at: number }) => at === 3 } });
    expect(await job.read()).toMatchObject({ state: "running", losses: 0 });
    const { now } = queue;
    const killedAt = now();
    await queue.run();
    expect(now() - killedAt).toBeGreaterThan(20_000);
    expect(await job.read()).toMatchObject({ state: "completed", attempt: 1, slices: 2 });
    expect(await job.rows("numbers")).toEqual(upTo(9));
  });

  test("says that it never came where it should have ended", async () => {
    const queue = counting();
    await queue.submit(countJob, { to: 2 });
    await expect(queue.run({ stopAt: { stage: "counting" } })).rejects.toThrow(
      'The run should have ended at stage "counting", but never came there.',
    );
    await expect(queue.run({ crashAt: { call: 99, when: "after" } })).rejects.toThrow("after call 99 (never made)");
  });

  test("says what is still going on when it takes too long", async () => {
    const queue = createTestQueue({ definitions: [watchJob], services: () => null });
    const job = await queue.submit(watchJob, null);
    await expect(queue.run({ maxSteps: 50 })).rejects.toThrow(
      new RegExp(
        `not come to rest in 50 steps .*: ${job.id} \\(tests.watch\\) is waiting in stage "watch", slice \\d+\\.`,
      ),
    );
    await job.cancel();
    await queue.run();
    expect(await job.state()).toBe("cancelled");
  });

  test("ends a slice that takes too long", async () => {
    const queue = counting();
    const job = await queue.submit(countJob, { to: 1_000_000 });
    await expect(queue.run({ maxSteps: 100 })).rejects.toThrow('is queued in stage "count", slice 1');
    expect((await job.rows("numbers")).length).toBeLessThan(100);
  });
});
