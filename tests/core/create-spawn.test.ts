import { describe, expect, test } from "vitest";
import type { Checkpoint } from "@/lib/core/checkpoint";
import {
  type ChildCounts,
  type ChildResult,
  type Children,
  groupsOf,
  isChildrenWake,
  type NewChild,
  SpawnCursor,
} from "@/lib/core/children";
import { chunksOf } from "@/lib/core/chunks-of";
import { createSpawn, type SpawnDeps } from "@/lib/core/create-spawn";
import { createStage } from "@/lib/core/create-stage";
import { JobId } from "@/lib/core/job";
import type { Step } from "@/lib/core/stage";

const STAGES = { family: { label: "Raising", cursor: SpawnCursor } } as const;
const BEGUN: SpawnCursor = { round: 0, heard: 0, made: 0, isSealed: false, looks: 0, pass: null };
const NONE: ChildCounts = { open: 0, completed: 0, failed: 0, cancelled: 0 };
const child = (n: number): NewChild => ({ name: "tests.child", input: n });
const family = (count: number) => Array.from({ length: count }, (_, n) => child(n));

interface World {
  readonly counts?: readonly ChildCounts[];
  readonly results?: readonly ChildResult[];
  readonly retries?: number;
  readonly cursor?: SpawnCursor;
}

/** A stage that spawns, in a world that answers these counts one after the other, the last for ever. */
function setUp({ counts = [NONE], results = [], retries = 0, cursor }: World = {}) {
  const calls: unknown[] = [];
  let look = 0;
  const children: Children = {
    enqueue: async (group, from, wanted) => void calls.push(["enqueue", group.round, from, wanted.length]),
    counts: async () => counts[Math.min(look++, counts.length - 1)] ?? NONE,
    async *results(group, from, to) {
      calls.push(["results", group.round, from, to]);
      yield* results;
    },
    control: async (_group, verb, from, to) => void calls.push([verb, from, to]),
  };
  const record = cursor && { state: "running" as const, cursor, done: 0, failed: 0 };
  const checkpoint: Checkpoint = { stages: record ? { family: record } : {}, datasets: {} };
  async function* noRows() {}
  const called = new Set<string>();
  const stage = createStage({ jobId: "job_1", stages: STAGES, checkpoint, woken: null, committed: noRows, called });
  const spawn = createSpawn<typeof STAGES>({
    children,
    retries,
    called,
    stage: stage as unknown as SpawnDeps["stage"],
  });
  return { calls, spawn };
}

/** Takes so many steps, as a worker would that then stops. */
async function steps(run: AsyncGenerator<Step, unknown, void>, limit = 20) {
  const taken: Step[] = [];
  for (let next = await run.next(); !next.done && taken.length < limit; next = await run.next()) {
    taken.push(next.value);
    if (next.value.wait) break;
  }
  await run.return(undefined);
  return taken;
}
const cursors = (taken: readonly Step[]) =>
  taken.flatMap(({ record }) => (record.state === "running" ? [record.cursor] : []));

describe("spawn", () => {
  test("says that it has begun before it makes the first child, and how many there are after each lot", async () => {
    const { calls, spawn } = setUp({ counts: [{ ...NONE, open: 2 }] });
    const taken = await steps(spawn("family", family(2)));
    expect(cursors(taken)).toEqual([
      BEGUN,
      { ...BEGUN, made: 2 },
      { ...BEGUN, made: 2, isSealed: true },
      { ...BEGUN, made: 2, isSealed: true, looks: 1 },
    ]);
    expect(taken.map(({ isFirm = false }) => isFirm)).toEqual([true, true, true, false]);
    expect(taken.at(-1)?.wait).toEqual({ ms: 30_000, waitFor: "children:family" });
    expect(calls).toEqual([["enqueue", 0, 0, 2]]);
  });

  test("asks for those that are missing, and knows their total once all are made", async () => {
    const asked: number[] = [];
    const lazily = (from: number) => {
      asked.push(from);
      return family(7).slice(from);
    };
    const { calls, spawn } = setUp({ counts: [{ ...NONE, open: 7 }], cursor: { ...BEGUN, made: 5 } });
    const taken = await steps(spawn("family", lazily, { total: 9 }));
    expect([asked, calls]).toEqual([[5], [["enqueue", 0, 5, 2]]]);
    expect(taken.map(({ record }) => record.total)).toEqual([9, 7, 7]);
  });

  test("looks by itself more and more seldom", async () => {
    const waits = [0, 1, 2, 9].map(async (looks) => {
      const { spawn } = setUp({ counts: [{ ...NONE, open: 1 }], cursor: { ...BEGUN, made: 1, isSealed: true, looks } });
      return (await steps(spawn("family", family(1)))).at(-1)?.wait?.ms;
    });
    expect(await Promise.all(waits)).toEqual([30_000, 60_000, 120_000, 600_000]);
  });

  test("looks again where it goes on after its wait without having left", async () => {
    const cursor = { ...BEGUN, made: 1, isSealed: true };
    const { calls, spawn } = setUp({
      counts: [
        { ...NONE, open: 1 },
        { ...NONE, completed: 1 },
      ],
      cursor,
    });
    const run = spawn("family", family(1));
    await run.next();
    expect((await run.next()).value).toMatchObject({ record: { state: "done", done: 1, total: 1 } });
    const { value } = await run.next();
    expect(value).toMatchObject({ count: 1, completed: 1, failed: 0, cancelled: 0 });
    if (value && "results" in value) await Array.fromAsync(value.results());
    expect(calls).toEqual([["results", 0, 0, 1]]);
  });

  const place = (index: number) => ({ index, id: JobId.parse(`job_c${index}`) });
  test.each<[string, ChildResult, string]>([
    [
      "failed",
      { ...place(1), state: "failed", error: { code: "broken", message: "It broke." } },
      "has failed with broken: It broke.",
    ],
    ["was cancelled", { ...place(1), state: "cancelled" }, "was cancelled."],
  ])("fails with a child that %s", async (_what, result, words) => {
    const counts = [{ ...NONE, open: 1, [result.state]: 1 }];
    const { spawn } = setUp({ counts, results: [{ ...place(0), state: "completed", output: 0 }, result] });
    const failure = steps(spawn("family", family(2)));
    await expect(failure).rejects.toMatchObject({ code: "child_failed", message: `Its child 1 (job_c1) ${words}` });
  });

  test("waits on where the child that failed is being tried again by now", async () => {
    const { spawn } = setUp({
      counts: [{ ...NONE, open: 1, failed: 1 }],
      results: [{ ...place(0), state: "unfinished" }],
    });
    expect((await steps(spawn("family", family(1)))).at(-1)?.wait).not.toBeNull();
  });

  test("waits for a child that is being tried again since it was counted, though no other is open", async () => {
    const { spawn } = setUp({ counts: [{ ...NONE, failed: 1 }], results: [{ ...place(0), state: "unfinished" }] });
    expect((await steps(spawn("family", family(1)))).at(-1)?.wait).toMatchObject({ waitFor: "children:family" });
  });

  const gone: ChildResult = { ...place(0), state: "deleted" };
  test("fails where a child that had not completed was deleted, for nobody can try it again", async () => {
    const cursor = { ...BEGUN, made: 1, isSealed: true };
    const { spawn } = setUp({ counts: [{ ...NONE, failed: 1 }], results: [gone, gone], cursor });
    await expect(steps(spawn("family", family(1)))).rejects.toMatchObject({
      code: "child_failed",
      message: "Its child 0 (job_c0) was deleted, and not all have completed.",
    });
  });

  test.each([
    { ...NONE, open: 1, failed: 1 },
    { ...NONE, completed: 2 },
  ])("goes on where one was deleted, and another was tried again since it was counted: %o", async (since) => {
    const cursor = { ...BEGUN, made: 2, isSealed: true };
    const { spawn } = setUp({ counts: [{ ...NONE, completed: 1, failed: 1 }, since], results: [gone], cursor });
    expect((await steps(spawn("family", family(2)))).at(-1)?.wait).toMatchObject({ waitFor: "children:family" });
  });

  test("cancels the rest once, a part at a time, and makes no more", async () => {
    const counts = [{ ...NONE, open: 1, failed: 1 }];
    const cursor = { ...BEGUN, made: 700 };
    const { calls, spawn } = setUp({ counts, cursor });
    const taken = await steps(spawn("family", (from) => family(702).slice(from), { onFailure: "cancel" }));
    expect(calls).toEqual([
      ["enqueue", 0, 700, 2],
      ["cancel", 0, 500],
      ["cancel", 500, 702],
    ]);
    const cancelled = cursors(taken).at(-1) as SpawnCursor;
    expect(cancelled.pass).toEqual({ verb: "cancel", at: 702 });

    const after = setUp({ counts, cursor: cancelled });
    await steps(after.spawn("family", family(702), { onFailure: "cancel" }));
    expect(after.calls).toEqual([]);
    const midway = setUp({ counts, cursor: { ...cancelled, pass: { verb: "cancel", at: 500 } } });
    await steps(midway.spawn("family", family(702), { onFailure: "cancel" }));
    expect(midway.calls).toEqual([["cancel", 500, 702]]);
  });

  test("tries failed children again after a retry, once, also those of a lot whose commit was lost", async () => {
    const cursor = { ...BEGUN, made: 300, looks: 5 };
    const { calls, spawn } = setUp({ counts: [{ ...NONE, open: 1 }], cursor, retries: 1 });
    const taken = await steps(spawn("family", family(300)));
    expect(calls).toEqual([
      ["retry", 0, 500],
      ["retry", 500, 800],
    ]);
    expect(cursors(taken).at(-1)).toEqual({ ...BEGUN, heard: 1, made: 300, isSealed: true, looks: 1 });

    const pass = { verb: "retry", at: 500 } as const;
    const midway = setUp({ counts: [{ ...NONE, open: 1 }], cursor: { ...cursor, heard: 1, pass }, retries: 1 });
    await steps(midway.spawn("family", family(300)));
    expect(midway.calls).toEqual([["retry", 500, 800]]);
    const again = setUp({ counts: [{ ...NONE, open: 1 }], cursor: { ...cursor, heard: 1, pass }, retries: 2 });
    await steps(again.spawn("family", family(300)));
    expect(again.calls[0]).toEqual(["retry", 0, 500]);
  });

  test("has a group of its own for each start", async () => {
    const { calls, spawn } = setUp({ counts: [{ ...NONE, open: 1 }], retries: 3 });
    const [first] = cursors(await steps(spawn("family", family(1))));
    expect([first, calls]).toEqual([{ ...BEGUN, round: 3, heard: 3 }, [["enqueue", 3, 0, 1]]]);
  });
});

describe("chunksOf", () => {
  test("cuts by number, and by the size of the inputs", async () => {
    const sizes = async (children: Iterable<NewChild>) =>
      (await Array.fromAsync(chunksOf(children))).map((chunk) => chunk.length);
    expect(await sizes(family(1_001))).toEqual([500, 500, 1]);
    expect(await sizes([])).toEqual([]);
    const large = { name: "tests.child", input: "x".repeat(600_000) };
    expect(await sizes([large, large, large])).toEqual([2, 1]);
  });
});

describe("groupsOf", () => {
  test("finds what a job has spawned, done or under way, among its other stages", () => {
    const counts = { done: 0, failed: 0 };
    const stages: Checkpoint["stages"] = {
      read: { state: "done", result: 7 },
      count: { state: "running", cursor: 3, ...counts },
      first: { state: "done", result: { round: 1, count: 4, completed: 4, failed: 0, cancelled: 0 } },
      second: { state: "running", cursor: { ...BEGUN, round: 1, made: 9 }, ...counts },
    };
    expect(groupsOf({ stages, datasets: {} })).toEqual([
      { stage: "first", round: 1, made: 4, isSealed: true },
      { stage: "second", round: 1, made: 9, isSealed: false },
    ]);
  });

  test("are waited for under a name of their own", () => {
    expect([isChildrenWake("children:first"), isChildrenWake("paid")]).toEqual([true, false]);
  });
});
