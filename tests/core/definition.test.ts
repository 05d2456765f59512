import { describe, expect, test } from "vitest";
import { z } from "zod";
import { EMPTY_CHECKPOINT } from "@/lib/core/checkpoint";
import { SpawnCursor } from "@/lib/core/children";
import { jobDefiner } from "@/lib/core/definition";
import { DEFAULT_RETRY_POLICY } from "@/lib/core/retry-policy";
import { noChildren } from "@/tests/support/no-children";
import { runToEnd } from "@/tests/support/stage-run";

const greet = jobDefiner<{ readonly greeting: string }>()({
  name: "tests.greet",
  queue: "tests",
  input: z.object({ name: z.string().trim() }),
  output: z.string(),
  stages: { greet: "Greeting" },
  internalDatasets: { met: z.string() },

  async *run({ input, stage, services, createdAt, committed, log }) {
    const met: string[] = [];
    for await (const name of committed("met")) met.push(name);
    log.info(`met ${met}`);
    return yield* stage("greet", () => `${services.greeting}, ${input.name}, at ${createdAt}`);
  },
});

const aRun = (input: unknown, lines: string[] = []) => ({
  jobId: "job_1",
  createdAt: 7,
  input,
  checkpoint: EMPTY_CHECKPOINT,
  woken: null,
  retries: 0,
  children: noChildren,
  committed: async function* () {
    yield "Bob";
  },
  services: { greeting: "Hello" },
  log: { info: (message: string) => void lines.push(message), warn: () => {} },
  signal: new AbortController().signal,
});

const aSpec = (name: string) => ({
  name,
  queue: "tests",
  input: z.object({}),
  output: z.null(),
  stages: {},
  // biome-ignore lint/correctness/useYield: it has no stages
  async *run() {
    return null;
  },
});

describe("defineJob", () => {
  test("announces the ends of public jobs, unless told otherwise, under the title that people know", () => {
    const spec = { name: "tests.a-b_c", queue: "tests", input: z.object({}), output: z.null(), stages: {} };
    const define = (wishes: { public?: boolean; isAnnounced?: boolean; title?: string }) => {
      const { title, isAnnounced } = jobDefiner<null>()({
        ...spec,
        ...wishes,
        // biome-ignore lint/correctness/useYield: it has no stages
        async *run() {
          return null;
        },
      });
      return { title, isAnnounced };
    };
    expect(define({ public: true })).toEqual({ title: "Tests a b c", isAnnounced: true });
    expect(define({ public: true, isAnnounced: false, title: "Quiet" })).toEqual({
      title: "Quiet",
      isAnnounced: false,
    });
    expect(define({ isAnnounced: true })).toMatchObject({ isAnnounced: true });
  });

  test("refuses attempts and delays that are none", () => {
    const define = (retry: object) => () => jobDefiner<null>()({ ...aSpec("tests.retry"), retry });
    expect(define({ maxAttempts: 0 })).toThrow(new RangeError("Not a number of attempts: 0"));
    expect(define({ maxAttempts: 1.5 })).toThrow(new RangeError("Not a number of attempts: 1.5"));
    expect(define({ firstDelay: "5 s" })).toThrow('Not a duration: "5 s"');
    expect(define({ maxDelay: "1.5h" })).toThrow('Not a duration: "1.5h"');
    expect(define({ maxAttempts: 1, firstDelay: "5s" })).not.toThrow();
  });

  test("fails a job that forgot to run a stage", async () => {
    const forgetful = jobDefiner<null>()({
      ...aSpec("tests.forgetful"),
      stages: { read: "Reading", sum: "Adding up" },
      async *run({ stage }) {
        yield* stage("read", () => 1);
        stage("sum", () => 2);
        return null;
      },
    });
    await expect(runToEnd(forgetful.start({ ...aRun({}), services: null }))).rejects.toMatchObject({
      code: "stage_not_run",
      message: 'Stage "sum" was called without "yield*", so it has not run.',
    });
  });

  test("fails a job whose children were never spawned", async () => {
    const childless = jobDefiner<null>()({
      ...aSpec("tests.childless"),
      stages: { family: { label: "Children", cursor: SpawnCursor } },
      // biome-ignore lint/correctness/useYield: it was forgotten
      async *run({ spawn }) {
        spawn("family", []);
        return null;
      },
    });
    await expect(runToEnd(childless.start({ ...aRun({}), services: null }))).rejects.toMatchObject({
      code: "stage_not_run",
    });
  });

  test("fails a job at once whose input does not fit its schema", async () => {
    await expect(runToEnd(greet.start(aRun({ name: 7 })))).rejects.toMatchObject({
      name: "FatalError",
      code: "input_incompatible",
      message: expect.stringContaining('The input of "tests.greet" does not fit its schema at "name": Invalid input'),
    });
  });

  test("refuses a dataset in the place of the log", () => {
    const spec = { name: "tests.log", queue: "tests", input: z.object({}), output: z.null(), stages: {} };
    const define = () =>
      jobDefiner<null>()({
        ...spec,
        datasets: { log: z.string() },
        // biome-ignore lint/correctness/useYield: it has no stages
        async *run() {
          return null;
        },
      });
    expect(define).toThrow('A dataset of "tests.log" is called "log"');
  });

  const bare = {
    queue: "tests",
    input: z.null(),
    output: z.null(),
    stages: {},
    // biome-ignore lint/correctness/useYield: it is never started
    async *run() {
      return null;
    },
  };

  test("keeps the policy of a unique key, and refuses two of them", () => {
    const unique = { key: () => "one", policy: "replace" as const };
    const job = jobDefiner()({ ...bare, name: "tests.unique", unique });
    expect([job.unique?.key(null), job.unique?.policy]).toEqual(["one", "replace"]);
    expect(() => jobDefiner()({ ...bare, name: "tests.two", unique, uniqueKey: () => "other" })).toThrow(
      '"tests.two" has two unique keys',
    );
  });

  test("fills in what was not said, and keeps internal datasets to the job", () => {
    const { start: _start, input: _input, output: _output, ...rest } = greet;
    expect(rest).toEqual({
      name: "tests.greet",
      queue: "tests",
      stages: { greet: "Greeting" },
      datasets: {},
      retry: DEFAULT_RETRY_POLICY,
      public: false,
      title: "Tests greet",
      isAnnounced: false,
    });
  });

  test("keeps what was said", () => {
    const job = jobDefiner()({
      name: "tests.public",
      queue: "tests",
      input: z.null(),
      output: z.null(),
      stages: {},
      datasets: { word: z.string() },
      retry: { maxAttempts: 9 },
      public: true,
      uniqueKey: () => "only one",
      // biome-ignore lint/correctness/useYield: it is never started
      async *run() {
        return null;
      },
    });
    expect(job).toMatchObject({ public: true, retry: { ...DEFAULT_RETRY_POLICY, maxAttempts: 9 } });
    expect([Object.keys(job.datasets), job.unique?.key(null)]).toEqual([["word"], "only one"]);
  });

  test("starts a job with its input parsed and all that surrounds it", async () => {
    const lines: string[] = [];
    const { steps, result } = await runToEnd(greet.start(aRun({ name: " Ada " }, lines)));
    expect(result).toBe("Hello, Ada, at 7");
    expect(lines).toEqual(["met Bob"]);
    expect(steps.map(({ stage }) => stage)).toEqual(["greet"]);
  });
});
