import { describe, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { jobDefiner } from "@/lib/core/definition";

const defineJob = jobDefiner<{ readonly greet: (name: string) => string }>();
const base = {
  queue: "tests",
  input: z.object({ text: z.string() }),
  output: z.object({ words: z.int() }),
  stages: { read: "Reading", count: { label: "Counting", cursor: z.object({ at: z.int() }) } },
  datasets: { word: z.object({ text: z.string() }) },
  internalDatasets: { seen: z.object({ hash: z.string() }) },
} as const;

// What these jobs do is never run: the compiler is the test.
describe("defineJob", () => {
  test("infers name, input, services, cursor, rows, stage results and output", () => {
    const job = defineJob({
      ...base,
      name: "words.count",
      unique: { key: ({ text }) => text, policy: "replace" },
      async *run({ input, stage, services, signal, createdAt, committed }) {
        expectTypeOf(input).toEqualTypeOf<{ text: string }>();
        expectTypeOf(services.greet).returns.toEqualTypeOf<string>();
        expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
        expectTypeOf(createdAt).toEqualTypeOf<number>();
        expectTypeOf(committed("seen")).toEqualTypeOf<AsyncIterable<{ hash: string }>>();

        const words = yield* stage("read", async ({ effectKey }) => {
          expectTypeOf(effectKey("a")).toEqualTypeOf<string>();
          return input.text.split(" ");
        });
        expectTypeOf(words).toEqualTypeOf<string[]>();
        const counted = yield* stage("count", { unit: "words" }, async function* ({ cursor, emit, committed: own }) {
          expectTypeOf(cursor).toEqualTypeOf<{ at: number } | undefined>();
          expectTypeOf(own("word")).toEqualTypeOf<AsyncIterable<{ text: string }>>();
          emit("word", [{ text: "a" }]);
          emit("seen", [{ hash: "b" }]);
          yield { cursor: { at: 1 }, done: 1, failed: 0, wait: "20s" };
          return { at: 1 };
        });
        expectTypeOf(counted).toEqualTypeOf<{ at: number }>();
        return { words: counted.at };
      },
    });
    expectTypeOf(job.name).toEqualTypeOf<"words.count">();
    expectTypeOf<z.output<typeof job.input>>().toEqualTypeOf<{ text: string }>();
    expectTypeOf<z.output<typeof job.output>>().toEqualTypeOf<{ words: number }>();
  });

  test("refuses stages and cursors that do not fit", () => {
    defineJob({
      ...base,
      name: "words.wrong",
      async *run({ stage }) {
        // @ts-expect-error the cursor is { at: number }
        yield* stage("count", {}, async function* () {
          yield { cursor: { at: "1" } };
        });
        // @ts-expect-error so is its first value
        yield* stage("count", {}, async function* ({ cursor = { at: "0" } }) {
          yield { cursor };
        });
        // @ts-expect-error a safe point without a cursor could not be gone on from
        yield* stage("count", {}, async function* () {
          yield { done: 1 };
        });
        // @ts-expect-error "read" has no cursor, so it cannot be resumed
        yield* stage("read", {}, async function* () {
          yield { cursor: { at: 1 } };
        });
        // @ts-expect-error there is no such stage
        yield* stage("cuont", () => 1);
        // @ts-expect-error ten what?
        yield* stage("count", {}, async function* () {
          yield { cursor: { at: 1 }, wait: "10" };
        });
        return { words: 1 };
      },
    });
  });

  test("refuses rows, and results that JSON would change", () => {
    defineJob({
      ...base,
      name: "words.wrong",
      async *run({ stage, committed }) {
        // @ts-expect-error a Date would come back from the record as text
        yield* stage("read", () => new Date(0));
        // @ts-expect-error a Map would come back empty
        yield* stage("read", () => new Map([["a", 1]]));
        yield* stage("count", {}, async function* ({ emit }) {
          // @ts-expect-error a word is { text: string }
          emit("word", [{ text: 1 }]);
          // @ts-expect-error there is no such dataset
          emit("words", []);
          yield { cursor: { at: 1 } };
        });
        // @ts-expect-error nor may it be read
        committed("words");
        return { words: 1 };
      },
    });
  });

  test("refuses an output, a key and an input that are not as declared", () => {
    defineJob({
      ...base,
      name: "words.misspelt",
      // @ts-expect-error the output is { words: number }
      async *run({ stage }) {
        const word = yield* stage("read", () => 1);
        return { word };
      },
    });
    defineJob({
      ...base,
      name: "words.unkeyed",
      // @ts-expect-error the input has no fileId
      uniqueKey: ({ fileId }) => fileId,
      // biome-ignore lint/correctness/useYield: only its types matter
      async *run() {
        return { words: 1 };
      },
    });
    defineJob({
      ...base,
      name: "words.dated",
      // @ts-expect-error a date does not survive the queue
      input: z.object({ from: z.date() }),
      // biome-ignore lint/correctness/useYield: only its types matter
      async *run() {
        return { words: 1 };
      },
    });
  });
});
