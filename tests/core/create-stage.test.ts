import { describe, expect, test } from "vitest";
import type { Checkpoint } from "@/lib/core/checkpoint";
import { aStage, runToEnd, withStage } from "@/tests/support/stage-run";

const at = (cursor: number, done = cursor): Checkpoint =>
  withStage("count", { state: "running", cursor, done, failed: 0 });
const fatal = (code: string) => expect.objectContaining({ name: "FatalError", code });

describe("a stage run once", () => {
  test("computes its result, which is one step without progress of its own", async () => {
    expect(await runToEnd(aStage()("read", async () => 7))).toEqual({
      steps: [{ stage: "read", record: { state: "done", result: 7 }, emitted: [], wait: null }],
      result: 7,
    });
  });

  test("has null on record when it answers nothing", async () => {
    const { steps, result } = await runToEnd(aStage()("read", () => {}));
    expect([steps[0]?.record, result]).toEqual([{ state: "done", result: null }, undefined]);
  });

  test("hands on rows that were written beforehand or stand in a part, and none where there are none", async () => {
    const written = { lines: new TextEncoder().encode('{"text":"a"}\n'), count: 1 };
    const part = { jobId: "job_2", dataset: "words", token: "w1", number: 0 };
    const { steps } = await runToEnd(
      aStage()("read", ({ emit }) => {
        emit("word", written);
        emit("word", { lines: new Uint8Array(), count: 0 });
        emit("word", { part, first: 4, rows: 2 });
      }),
    );
    expect(steps[0]?.emitted).toEqual([
      { dataset: "word", rows: written },
      { dataset: "word", rows: { part, first: 4, rows: 2 } },
    ]);
  });

  test("hands on the rows that it emits, and none for an empty batch", async () => {
    const { steps } = await runToEnd(
      aStage()("read", ({ emit }) => {
        emit("word", [{ text: "a" }, { text: "b" }]);
        emit("word", []);
        emit("word", [{ text: "c" }]);
      }),
    );
    expect(steps[0]?.emitted).toEqual([
      { dataset: "word", rows: [{ text: "a" }, { text: "b" }] },
      { dataset: "word", rows: [{ text: "c" }] },
    ]);
  });

  test("is answered from the record once it is done", async () => {
    const stage = aStage({ checkpoint: withStage("read", { state: "done", result: { bytes: 7 } }) });
    const run = stage("read", () => {
      throw new Error("ran again");
    });
    expect(await runToEnd(run)).toEqual({ steps: [], result: { bytes: 7 } });
  });

  test("throws what its function throws", async () => {
    const run = aStage()("read", () => Promise.reject(new Error("no file")));
    await expect(runToEnd(run)).rejects.toThrow("no file");
  });
});

describe("a stage with a cursor", () => {
  /** Counts from its cursor to three. */
  const count = (stage: ReturnType<typeof aStage>, options = { total: 3, unit: "numbers" }) =>
    stage("count", options, async function* ({ cursor = 0, emit }) {
      while (cursor < 3) {
        cursor += 1;
        emit("word", [{ text: `${cursor}` }]);
        yield { cursor, done: cursor, failed: cursor === 3 ? 1 : 0 };
      }
      return cursor;
    });

  test("makes a step of each safe point and of its end", async () => {
    const { steps, result } = await runToEnd(count(aStage()));
    const reached = (cursor: number, failed = 0) => ({
      stage: "count",
      record: { state: "running", cursor, done: cursor, failed, total: 3, unit: "numbers" },
      emitted: [{ dataset: "word", rows: [{ text: `${cursor}` }] }],
      wait: null,
    });
    const end = { state: "done", result: 3, done: 3, failed: 1, total: 3, unit: "numbers" };
    expect(steps).toEqual([
      reached(1),
      reached(2),
      reached(3, 1),
      { stage: "count", record: end, emitted: [], wait: null },
    ]);
    expect(result).toBe(3);
  });

  test("goes on at the cursor on record", async () => {
    const { steps } = await runToEnd(count(aStage({ checkpoint: at(2) })));
    expect(steps.map(({ record }) => (record.state === "running" ? record.cursor : "end"))).toEqual([3, "end"]);
  });

  test("gives rows to the safe point that follows them, and the last ones to the end", async () => {
    const run = aStage()("count", {}, async function* ({ emit }) {
      emit("word", [{ text: "before" }]);
      yield { cursor: 1 };
      emit("word", [{ text: "after" }]);
    });
    const { steps } = await runToEnd(run);
    expect(steps.map(({ emitted }) => emitted)).toEqual([
      [{ dataset: "word", rows: [{ text: "before" }] }],
      [{ dataset: "word", rows: [{ text: "after" }] }],
    ]);
  });

  test("never shows less progress than before, whatever its author says", async () => {
    const run = aStage({ checkpoint: at(5) })("count", {}, async function* () {
      yield { cursor: 6, done: 3, failed: 2 };
      yield { cursor: 7, failed: 1 };
      yield { cursor: 8, done: 9 };
    });
    const { steps } = await runToEnd(run);
    expect(steps.map(({ record: { done, failed } }) => [done, failed])).toEqual([
      [5, 2],
      [5, 2],
      [9, 2],
      [9, 2],
    ]);
  });

  test("says how long it waits", async () => {
    const run = aStage()("count", {}, async function* () {
      yield { cursor: 1, wait: "20s" };
    });
    expect((await runToEnd(run)).steps.map(({ wait }) => wait)).toEqual([{ ms: 20_000 }, null]);
  });

  test("says for what it waits, and for how long at most", async () => {
    const run = aStage()("count", {}, async function* () {
      yield { cursor: 1, waitFor: "paid", timeout: "30m" };
      yield { cursor: 2, waitFor: "shipped" };
    });
    expect((await runToEnd(run)).steps.map(({ wait }) => wait)).toEqual([
      { ms: 1_800_000, waitFor: "paid" },
      { ms: null, waitFor: "shipped" },
      null,
    ]);
  });

  test("finds what woke it, and nothing of what another stage has waited for", async () => {
    const woken = { stage: "count", name: "paid", timedOut: false, payload: { sum: 7 } } as const;
    const found: unknown[] = [];
    const stage = aStage({ woken });
    await runToEnd(
      stage("sum", {}, async function* (context) {
        found.push(context.woken);
        yield { cursor: { at: 1 } };
      }),
    );
    await runToEnd(
      stage("count", {}, async function* (context) {
        found.push(context.woken);
        yield { cursor: 1 };
      }),
    );
    expect(found).toEqual([null, woken]);
  });

  test.each([{ done: Number.NaN }, { failed: Number.POSITIVE_INFINITY }])(
    "ends its job when progress is no number: %j",
    async (counts) => {
      const run = aStage()("count", {}, async function* () {
        yield { cursor: 1, ...counts };
      });
      await expect(runToEnd(run)).rejects.toEqual(fatal("progress_invalid"));
    },
  );

  test("ends its job when its total is no number", async () => {
    await expect(runToEnd(count(aStage(), { total: Number.NaN, unit: "numbers" }))).rejects.toEqual(
      fatal("progress_invalid"),
    );
  });

  test("ends its job when the cursor was written by another version", async () => {
    const checkpoint = withStage("count", { state: "running", cursor: "seven", done: 7, failed: 0 });
    await expect(runToEnd(count(aStage({ checkpoint })))).rejects.toEqual(fatal("cursor_incompatible"));
  });

  test("ends its job when the stage has a cursor on record but none any more", async () => {
    const checkpoint = withStage("read", { state: "running", cursor: 7, done: 7, failed: 0 });
    const run = aStage({ checkpoint })("read", () => 1);
    await expect(runToEnd(run)).rejects.toEqual(fatal("cursor_incompatible"));
  });

  test("runs its finally when the job is stopped at a safe point", async () => {
    const events: string[] = [];
    const run = aStage()("count", {}, async function* () {
      try {
        yield { cursor: 1 };
        events.push("went on");
      } finally {
        events.push("cleaned up");
      }
    });
    await run.next();
    await run.return(undefined);
    expect(events).toEqual(["cleaned up"]);
  });

  test("reads back what the job has committed", async () => {
    const asked: string[] = [];
    const committed = async function* (dataset: string) {
      asked.push(dataset);
      yield { text: "old" };
    };
    const run = aStage({ committed })("count", {}, async function* (context) {
      const words: { text: string }[] = [];
      for await (const word of context.committed("word")) words.push(word);
      yield { cursor: words.length };
      return words;
    });
    expect([(await runToEnd(run)).result, asked]).toEqual([[{ text: "old" }], ["word"]]);
  });
});

describe("any stage", () => {
  test("has keys for its effects that are the same in every run, one for each item", async () => {
    const keys = () => runToEnd(aStage()("read", ({ effectKey }) => [effectKey(), effectKey("ada@example.org")]));
    expect((await keys()).result).toEqual(["job_1:read", "job_1:read:ada@example.org"]);
    expect(await keys()).toEqual(await keys());
  });

  test("is begun once in a run", async () => {
    const stage = aStage();
    await runToEnd(stage("read", () => 1));
    await expect(runToEnd(stage("read", () => 2))).rejects.toEqual(fatal("stage_repeated"));
  });

  test.each(["cuont", "toString", "__proto__"])("must be declared: %s", async (name) => {
    const undeclared = name as "read"; // what a job in plain JavaScript could do
    await expect(runToEnd(aStage()(undeclared, () => 1))).rejects.toEqual(fatal("stage_unknown"));
  });

  test("is known as called until it begins", async () => {
    const called = new Set<string>();
    const stage = aStage({ called });
    const run = stage("read", () => 1);
    stage("count", {}, async function* () {});
    expect([...called]).toEqual(["read", "count"]);
    await runToEnd(run);
    expect([...called]).toEqual(["count"]);
  });

  test("fails at once where it yields nothing, or waits for what is no time", async () => {
    const yielding = (point: unknown) =>
      aStage()("count", {}, async function* () {
        yield point as { cursor: number };
      });
    await expect(runToEnd(yielding(undefined))).rejects.toEqual(fatal("yield_invalid"));
    await expect(runToEnd(yielding({ cursor: 1, wait: "1.5h" }))).rejects.toMatchObject({
      code: "wait_invalid",
      message: 'Stage "count" cannot wait for "1.5h": Write a whole number and one of ms, s, m, h, d, as in "90m".',
    });
  });
});
