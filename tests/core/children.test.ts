import { describe, expect, test } from "vitest";
import { z } from "zod";
import { childOf, hasLeftBehind, mayMakeAgain, type SpawnCursor } from "@/lib/core/children";
import { aJob } from "@/tests/support/builders";

test("a child is known by its definition", () => {
  const definition = { name: "tests.child", input: z.object({ n: z.int() }) };
  expect(childOf(definition, { n: 7 })).toEqual({ name: "tests.child", input: { n: 7 } });
  const options = { priority: 3 };
  expect(childOf(definition, { n: 7 }, options)).toEqual({ name: "tests.child", input: { n: 7 }, options });
  // @ts-expect-error its input has another shape
  childOf(definition, { n: "7" });
});

describe("a job that has ended", () => {
  const cursor: SpawnCursor = { round: 1, heard: 1, made: 2, isSealed: false, looks: 0, pass: null };
  const ended = (state: "failed" | "cancelled" | "completed", more: Partial<SpawnCursor> = {}) =>
    aJob(state, {
      checkpoint: {
        stages: { family: { state: "running", cursor: { ...cursor, ...more }, done: 0, failed: 0 } },
        datasets: {},
      },
    });
  const child = { stage: "family", round: 1, index: 2 };

  test("may make those children again that its record does not say were made", () => {
    expect([0, 1, 2, 3].map((index) => mayMakeAgain(ended("failed"), { ...child, index }))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect(mayMakeAgain(ended("cancelled"), child)).toBe(true);
  });

  test.each([
    ["once it has completed", ended("completed"), child],
    ["once it has made all", ended("failed", { isSealed: true }), child],
    ["of a start before", ended("failed"), { ...child, round: 0 }],
    ["of another stage", ended("failed"), { ...child, stage: "other" }],
  ])("makes none again %s", (_when, job, of) => {
    expect(mayMakeAgain(job, of)).toBe(false);
  });

  test("has left those behind that it made before it began anew", () => {
    const rounds = [0, 1, 2].map((round) => hasLeftBehind(ended("failed"), { stage: "family", round }));
    expect(rounds).toEqual([true, false, true]);
    expect(hasLeftBehind(aJob("queued"), { stage: "family", round: 0 })).toBe(true);
  });
});
