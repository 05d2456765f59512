import { describe, expect, test } from "vitest";
import { z } from "zod";
import { EMPTY_CHECKPOINT } from "@/lib/core/checkpoint";
import { jobDefiner } from "@/lib/core/definition";
import type { Step } from "@/lib/core/stage";
import { type DriveDeps, drive } from "@/lib/worker/drive";
import { noChildren } from "@/tests/support/no-children";

interface Services {
  readonly events: string[];
}

/** Counts to four, may wait or throw on the way, and may fail to clean up. */
const count = jobDefiner<Services>()({
  name: "tests.count",
  queue: "tests",
  input: z.object({
    waitAt: z.int().optional(),
    throwAt: z.int().optional(),
    isUntidy: z.boolean().optional(),
    wakeAt: z.int().optional(),
  }),
  output: z.int().max(4),
  stages: { count: { label: "Counting", cursor: z.int() }, end: "Ending" },

  async *run({ input, stage, services: { events } }) {
    const counted = yield* stage("count", { total: 4 }, async function* ({ cursor = 0 }) {
      try {
        while (cursor < 4) {
          if (cursor === input.throwAt) throw new Error("no further");
          cursor += 1;
          if (cursor === input.wakeAt) yield { cursor, waitFor: "go", timeout: "20s" };
          else yield cursor === input.waitAt ? { cursor, done: cursor, wait: "20s" } : { cursor, done: cursor };
        }
        return cursor;
      } finally {
        events.push(`cleaned up at ${cursor}`);
        cleanUp(input.isUntidy);
      }
    });
    return yield* stage("end", () => counted);
  },
});

function cleanUp(isUntidy = false) {
  if (isUntidy) throw new Error("untidy");
}

async function run(input: z.input<typeof count.input>, deps: Partial<DriveDeps> = {}) {
  const events: string[] = [];
  const saved: [string, boolean][] = [];
  const cleanUpErrors: unknown[] = [];
  const nameOf = ({ record }: Step) => (record.state === "running" ? `${record.cursor}` : "end");
  const ending = await drive(
    count,
    { ...aRun(input), services: { events } },
    {
      ...silent,
      onCleanUpError: (error) => void cleanUpErrors.push(error),
      ...deps,
      save: (step, options) => {
        saved.push([nameOf(step), options.isLast]);
        return deps.save?.(step, options) ?? Promise.resolve("continue");
      },
    },
  );
  return { ending, events, saved, cleanUpErrors };
}

describe("drive", () => {
  test("saves every safe point and end of a stage until the job has completed", async () => {
    expect(await run({})).toEqual({
      ending: { kind: "completed", output: 4 },
      events: ["cleaned up at 4"],
      saved: [
        ["1", false],
        ["2", false],
        ["3", false],
        ["4", false],
        ["end", false],
        ["end", false],
      ],
      cleanUpErrors: [],
    });
  });

  test.each([
    ["lost", { kind: "lost" }],
    ["stop", { kind: "interrupted" }],
  ] as const)("stops a job at once when saving answers %s, and its finally runs", async (answer, ending) => {
    const stopped = await run({}, { save: async () => answer });
    expect(stopped).toMatchObject({ ending, events: ["cleaned up at 1"], saved: [["1", false]] });
  });

  test("interrupts a job at the safe point where its time is up, and saves that one for sure", async () => {
    let left = 2;
    const interrupted = await run({}, { hasTimeLeft: () => --left > 0 });
    expect(interrupted).toMatchObject({
      ending: { kind: "interrupted" },
      events: ["cleaned up at 2"],
      saved: [
        ["1", false],
        ["2", true],
      ],
    });
  });

  test("lets a job go that waits, with its safe point saved for sure", async () => {
    const waiting = await run({ waitAt: 2 });
    expect(waiting).toMatchObject({
      ending: { kind: "waiting", delayMs: 20_000 },
      saved: [
        ["1", false],
        ["2", true],
      ],
    });
  });

  test("lets a job go until it is woken, and says which stage waits", async () => {
    const { ending } = await run({ wakeAt: 2 });
    expect(ending).toEqual({ kind: "waiting", delayMs: 20_000, waitFor: { stage: "count", name: "go" } });
  });

  test("does not let a job wait that should stop", async () => {
    const stopped = await run({ waitAt: 1 }, { save: async () => "stop" });
    expect(stopped.ending).toEqual({ kind: "interrupted" });
  });

  test("lets others have their turn after every safe point that the job goes on from", async () => {
    let breaths = 0;
    await run({ throwAt: 3 }, { breathe: async () => void breaths++ });
    expect(breaths).toBe(3);
  });

  test("answers a job's own error as its ending", async () => {
    const threw = await run({ throwAt: 2 });
    expect(threw).toMatchObject({ ending: { kind: "threw", error: new Error("no further") }, cleanUpErrors: [] });
  });

  test("ends a job fatally whose result is not what its definition promises", async () => {
    const ending = await drive({ ...count, output: z.string() }, aRun(), silent);
    const message = `The result of "${count.name}" is not what its definition promises: Invalid input: expected string, received number`;
    expect(ending).toMatchObject({ kind: "threw", error: { name: "FatalError", code: "output_invalid", message } });
  });

  test("ends a job fatally that yields what is no step, and its finally runs", async () => {
    let isCleanedUp = false;
    const untyped = {
      ...count,
      start: async function* () {
        try {
          yield { cursor: 1 } as never;
        } finally {
          isCleanedUp = true;
        }
      },
    };
    const ending = await drive(untyped, aRun(), silent);
    expect(ending).toMatchObject({ kind: "threw", error: { name: "FatalError", code: "yield_invalid" } });
    expect(isCleanedUp).toBe(true);
  });

  test("tells of a finally that threw while the job was being stopped, which changes nothing", async () => {
    const stopped = await run({ isUntidy: true }, { save: async () => "stop" });
    expect(stopped).toMatchObject({ ending: { kind: "interrupted" }, cleanUpErrors: [new Error("untidy")] });
  });

  test("throws what our own machinery throws, and the job's finally runs", async () => {
    const events: string[] = [];
    const down = { ...silent, save: () => Promise.reject(new Error("store is down")) };
    await expect(drive(count, { ...aRun(), services: { events } }, down)).rejects.toThrow("store is down");
    expect(events).toEqual(["cleaned up at 1"]);
  });
});

const silent: DriveDeps = {
  save: async () => "continue",
  hasTimeLeft: () => true,
  breathe: async () => {},
  onCleanUpError: () => {},
};

const aRun = (input: z.input<typeof count.input> = {}) => ({
  jobId: "job_1",
  createdAt: 0,
  input,
  checkpoint: EMPTY_CHECKPOINT,
  woken: null,
  retries: 0,
  children: noChildren,
  committed: async function* () {},
  services: { events: [] as string[] },
  log: { info: () => {}, warn: () => {} },
  signal: new AbortController().signal,
});
