import { describe, expect, test } from "vitest";
import { z } from "zod";
import { jobDefiner } from "@/lib/core/definition";
import type { JobId } from "@/lib/core/job";
import { MAX_LOSSES } from "@/lib/core/state-machine";
import type { Json } from "@/lib/json";
import { jobPlace } from "@/lib/store/jobs/places";
import { setUpBench } from "@/tests/support/bench";

const anything = z.custom<Json>();

interface Doses {
  dose(): Promise<void> | void;
}

/** A job that misbehaves as its input says. */
const poison = jobDefiner<Doses>()({
  name: "tests.poison",
  queue: "tests",
  input: z.object({ dose: z.string() }),
  output: anything,
  stages: { work: { label: "Working", cursor: anything } },
  datasets: { rows: anything },
  retry: { maxAttempts: 2, firstDelay: "1s" },
  concurrencyKey: ({ dose }) => dose,
  async *run({ input: { dose }, stage, services }) {
    if (dose === "throws at once") throw new Error("at once");
    return yield* stage("work", {}, async function* ({ emit }) {
      await services.dose();
      const circle: Record<string, unknown> = {};
      circle.circle = circle;
      if (dose === "outgrows its checkpoint") yield { cursor: "x".repeat(300_000) };
      if (dose === "emits a circle") emit("rows", [circle as Json]);
      if (dose === "emits nothing") emit("rows", [undefined as unknown as Json]);
      if (dose === "has a circle for a cursor") yield { cursor: circle as Json };
      if (dose === "has no cursor") yield { cursor: undefined as unknown as Json };
      if (dose === "counts in no numbers") yield { cursor: 1, done: Number.NaN };
      yield { cursor: 1 };
      return dose === "returns nothing"
        ? (undefined as unknown as Json)
        : dose === "returns a circle"
          ? (circle as Json)
          : 1;
    });
  },
});

const other = jobDefiner<Doses>()({
  name: "tests.good",
  queue: "tests",
  input: z.object({ dose: z.string() }),
  output: z.string(),
  stages: { work: "Working" },
  async *run({ stage }) {
    return yield* stage("work", () => "well");
  },
});

function setUp(dose: Doses["dose"] = () => {}) {
  const bench = setUpBench({ definitions: [poison, other], services: () => ({ dose }), limits: { slots: 4 } });
  /** A poisoned job, the next of its lane, and another of its queue. */
  async function enqueue(dose: string, name: string = poison.name) {
    const lane = { input: { dose }, concurrencyKey: dose, maxAttempts: 2 };
    const bad = await bench.enqueue({ name, ...lane });
    const next = await bench.enqueue({ name: other.name, ...lane });
    const mate = await bench.enqueue({ name: other.name, input: { dose } });
    return { bad, next, mate };
  }
  /** Workers and sweeps until nothing more happens. */
  async function run(worker: () => Promise<unknown> = () => bench.aWorker().drain()) {
    for (let round = 0; round < 2 * MAX_LOSSES; round += 1) {
      await worker();
      bench.pass(30_000);
      await bench.tend();
    }
  }
  const statesOf = async (ids: readonly JobId[]) => Promise.all(ids.map(async (id) => (await bench.jobOf(id)).state));
  return { ...bench, enqueue, run, statesOf };
}

describe("a job that", () => {
  test.each([
    ["throws at once", "unexpected"],
    ["outgrows its checkpoint", "checkpoint_too_large"],
    ["emits a circle", "not_json"],
    ["emits nothing", "not_json"],
    ["has a circle for a cursor", "not_json"],
    ["has no cursor", "not_json"],
    ["counts in no numbers", "progress_invalid"],
    ["returns a circle", "not_json"],
    ["returns nothing", "not_json"],
  ])("%s ends as failed with %s, and blocks neither its lane nor its queue", async (dose, code) => {
    const bench = setUp();
    const { bad, next, mate } = await bench.enqueue(dose);
    await bench.run();
    expect(await bench.jobOf(bad)).toMatchObject({ state: "failed", error: { code }, losses: 0 });
    expect(await bench.statesOf([next, mate])).toEqual(["completed", "completed"]);
  });

  test("has no definition any more ends as failed with unknown_job", async () => {
    const bench = setUp();
    const { bad, next, mate } = await bench.enqueue("none", "tests.gone");
    bench.pass(600_000);
    await bench.run();
    expect(await bench.jobOf(bad)).toMatchObject({ state: "failed", error: { code: "unknown_job" } });
    expect(await bench.statesOf([next, mate])).toEqual(["completed", "completed"]);
  });

  test("kills its worker every time ends as failed with worker_lost", async () => {
    const bench = setUp(() => new Promise(() => {}));
    const { bad, next, mate } = await bench.enqueue("kills");
    await bench.run(async () => {
      const worker = bench.aWorker();
      void worker.drain();
      for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
      worker.die();
    });
    expect(await bench.jobOf(bad)).toMatchObject({ state: "failed", error: { code: "worker_lost" } });
    await bench.run();
    expect(await bench.statesOf([next, mate])).toEqual(["completed", "completed"]);
  });

  test("has a cursor that its stage does not take any more ends as failed with cursor_incompatible", async () => {
    const strict = jobDefiner<Doses>()({
      name: "tests.strict",
      queue: "tests",
      input: z.null(),
      output: z.null(),
      stages: { work: { label: "Working", cursor: z.object({ at: z.int() }) } },
      async *run({ stage }) {
        return yield* stage("work", {}, async function* () {
          yield { cursor: { at: 1 } };
          return null;
        });
      },
    });
    const bench = setUpBench({ definitions: [strict], services: () => ({ dose: () => {} }) });
    const id = await bench.enqueue({ name: strict.name, input: null });
    const { held } = await bench.store.claim({ ...CLAIM, now: bench.clock(), leasedUntil: bench.clock() + 1 });
    const stages = { work: { state: "running" as const, cursor: { at: "one" }, done: 1, failed: 0 } };
    const reached = { checkpoint: { stages, datasets: {} }, percent: 1 };
    const settlements = held.map((one) => ({ held: one, outcome: { kind: "interrupted" as const }, reached }));
    await bench.store.settle("tests", settlements, bench.clock(), 0);
    await bench.aWorker().drain();
    expect(await bench.jobOf(id)).toMatchObject({ state: "failed", error: { code: "cursor_incompatible" } });
  });

  test("has a damaged record ends as failed with record_damaged", async () => {
    const bench = setUp();
    const { bad, next, mate } = await bench.enqueue("good");
    const [entry] = await bench.ledger.read([jobPlace(bad)]);
    const rev = entry?.rev ?? 0;
    const text = entry?.text.replace('"maxAttempts":', '"maxAttempts":"x","was":') ?? "";
    await bench.ledger.apply([{ puts: [{ key: jobPlace(bad), expect: { below: rev + 1 }, entry: { rev, text } }] }]);
    await bench.run();
    expect(await bench.jobOf(bad)).toMatchObject({ state: "failed", error: { code: "record_damaged" } });
    expect(await bench.statesOf([next, mate])).toEqual(["completed", "completed"]);
  });
});

const CLAIM = { queue: "tests", limit: 1, concurrency: null, token: "w0" };
