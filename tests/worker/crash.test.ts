import { describe, expect, test } from "vitest";
import { StoreUnavailableError } from "@/lib/core/ledger";
import type { Fault } from "@/lib/testing/test-worker";
import { setUpBench } from "@/tests/support/bench";
import { countJob, upTo } from "@/tests/support/count-job";

const TO = 12;
const SUM = 78;

/** A job that takes 400 ms for each number, so that a commit comes every third one. */
async function setUp() {
  const bench = setUpBench({
    definitions: [countJob],
    services: ({ pass }) => ({ onNumber: () => pass(400), events: [] }),
  });
  const id = await bench.enqueue({ name: countJob.name, input: { to: TO } });
  const percents: number[] = [];
  const watch = async () => void percents.push((await bench.jobOf(id)).percent);
  const watched =
    (fault: Fault): Fault =>
    async (...at) => {
      await watch();
      await fault(...at);
    };
  return { bench, id, percents, aWorker: (fault: Fault = () => {}) => bench.aWorker(watched(fault)) };
}
type Crash = Awaited<ReturnType<typeof setUp>>;

async function expectAllCountedOnce({ bench, id, percents }: Crash, attempt = 1) {
  expect(await bench.jobOf(id)).toMatchObject({
    state: "completed",
    attempt,
    percent: 100,
    output: { value: { sum: SUM } },
  });
  expect(await bench.rowsOf(id, "numbers")).toEqual(upTo(TO));
  expect(percents).toEqual([...percents].sort((a, b) => a - b));
  expect(await bench.store.counts(["tests"])).toMatchObject([{ queued: 0, running: 0 }]);
  expect(bench.ticking()).toBe(0);
}

/** Another worker goes on until the job has ended. */
async function goOn({ bench, aWorker }: Crash) {
  await bench.letLeasesRunOut();
  await aWorker().drain();
}

/** A place where a worker is held up until it is released, and what its writes are answered from then on. */
function aHold(place: { readonly call: number; readonly when: "before" | "after" }) {
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const lateAnswers: unknown[] = [];
  let isLate = false;
  const fault: Fault = async (call, when, name, answer) => {
    if (isLate && when === "after" && (name === "commit" || name === "settle")) lateAnswers.push(answer);
    if (call !== place.call || when !== place.when) return;
    reached.resolve();
    await released.promise;
    isLate = true;
  };
  return { fault, lateAnswers, reached: reached.promise, release: () => released.resolve() };
}

const isLost = (answer: { kind?: string; jobs?: unknown[] }) =>
  answer.kind === "lost" || answer.jobs?.every((job) => job === null) === true;
const LOST = expect.toSatisfy(isLost);

const undisturbed = await setUp();
const worker = undisturbed.aWorker();
await worker.drain();
const PLACES = Array.from({ length: worker.calls() }, (_, i) => [
  { call: i + 1, when: "before" as const },
  { call: i + 1, when: "after" as const },
]).flat();

describe("a job whose worker is disturbed", () => {
  test("is not, to begin with", async () => {
    await expectAllCountedOnce(undisturbed);
    expect(PLACES.length).toBeGreaterThan(20);
  });

  test.each(PLACES)("counts each row once when the worker is killed $when its call $call", async (place) => {
    const crash = await setUp();
    const killed = crash.aWorker((call, when) => {
      if (call > place.call || (call === place.call && (when === place.when || when === "after"))) {
        throw new Error("killed");
      }
    });
    await killed.drain().catch(() => undefined);
    killed.die();
    await goOn(crash);
    await expectAllCountedOnce(crash);
  });

  test.each(PLACES)("counts each row once when call $call fails $when it took effect", async (place) => {
    const crash = await setUp();
    let attempt = 1;
    const unlucky = crash.aWorker((call, when, name) => {
      if (call !== place.call || when !== place.when) return;
      if (name === "write") attempt = 2; // a file store out of reach is told as a failure, and costs an attempt
      throw new StoreUnavailableError("timed out");
    });
    await unlucky.drain().catch(() => undefined);
    await goOn(crash);
    await expectAllCountedOnce(crash, attempt);
  });

  test.each(PLACES)(
    "counts each row once when the worker is held up $when call $call and goes on late",
    async (place) => {
      const crash = await setUp();
      const late = aHold(place);
      const worker = crash.aWorker(late.fault);
      const drained = worker.drain();
      await late.reached;
      worker.die(); // frozen: its timers do not fire either
      await goOn(crash);
      late.release();
      await drained;
      expect(late.lateAnswers).toEqual(late.lateAnswers.map(() => LOST));
      await expectAllCountedOnce(crash);
    },
  );

  test.each(PLACES.flatMap((place) => [2, 4].map((othersCall) => ({ ...place, othersCall }))))(
    "counts each row once when it goes on late, $when call $call, amid another's call $othersCall",
    async (place) => {
      const crash = await setUp();
      const late = aHold(place);
      const first = crash.aWorker(late.fault);
      const firstDrained = first.drain();
      await late.reached;
      first.die();
      await crash.bench.letLeasesRunOut();
      const other = aHold({ call: place.othersCall, when: "before" });
      const secondDrained = crash.aWorker(other.fault).drain();
      await Promise.race([other.reached, secondDrained]);
      late.release();
      await firstDrained;
      other.release();
      await secondDrained;
      expect(late.lateAnswers).toEqual(late.lateAnswers.map(() => LOST));
      await expectAllCountedOnce(crash);
    },
  );

  test("counts each row once when worker after worker is killed after a few calls", async () => {
    const crash = await setUp();
    const isEnded = async () => (await crash.bench.jobOf(crash.id)).state === "completed";
    for (let lives = 0; !(await isEnded()); lives += 1) {
      expect(lives).toBeLessThan(TO * 2);
      const killed = crash.aWorker((call) => {
        if (call > 6) throw new Error("killed");
      });
      await killed.drain().catch(() => undefined);
      killed.die();
      await crash.bench.letLeasesRunOut();
    }
    await expectAllCountedOnce(crash);
  });

  test("ends a job that takes every worker with it before it gets anywhere", async () => {
    const crash = await setUp();
    for (let loss = 0; loss < 10; loss += 1) {
      const killed = crash.aWorker((_call, _when, name) => {
        if (name !== "claim") throw new Error("killed");
      });
      await killed.drain().catch(() => undefined);
      killed.die();
      await crash.bench.letLeasesRunOut();
    }
    expect(await crash.bench.jobOf(crash.id)).toMatchObject({ state: "failed", error: { code: "worker_lost" } });
  });
});
