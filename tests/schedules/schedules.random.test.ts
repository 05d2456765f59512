import fc from "fast-check";
import { expect, test } from "vitest";
import { type CatchUp, Overlap } from "@/lib/contracts/schedules";
import { isFinished } from "@/lib/core/job";
import { aFaultyLedger, aScheduleBench, MINUTE_MS } from "@/tests/schedules/schedule-bench";
import { NOW } from "@/tests/support/builders";

const CRON = "*/3 * * * *";
const EVERY_MS = 3 * MINUTE_MS;

type Step =
  | { readonly kind: "pass"; readonly minutes: number }
  | { readonly kind: "sweep"; readonly sweeps: number }
  | { readonly kind: "killed"; readonly call: number; readonly when: "before" | "after" }
  | { readonly kind: "finish" };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("pass" as const), minutes: fc.integer({ min: 1, max: 7 }) }),
  fc.record({ kind: fc.constant("sweep" as const), sweeps: fc.integer({ min: 1, max: 3 }) }),
  fc.record({
    kind: fc.constant("killed" as const),
    call: fc.integer({ min: 1, max: 12 }),
    when: fc.constantFrom("before", "after"),
  }),
  fc.record({ kind: fc.constant("finish" as const) }),
);
const steps = fc.array(step, { minLength: 5, maxLength: 30 });

type Bench = ReturnType<typeof aScheduleBench>;

/** Takes one step; the clock does not wait for sweeps, which begin at different instants. */
async function take(bench: Bench, taken: Step): Promise<void> {
  if (taken.kind === "pass") return bench.pass(taken.minutes * MINUTE_MS);
  if (taken.kind === "finish") return void (await bench.finishAll());
  if (taken.kind === "sweep") {
    const sweeps = Array.from({ length: taken.sweeps }, (_, i) => {
      if (i > 0) bench.pass(MINUTE_MS);
      return bench.anInstance(bench.ledger).sweep();
    });
    return void (await Promise.all(sweeps));
  }
  const { ledger } = aFaultyLedger(bench.ledger, (call, when) => {
    if (call > taken.call || (call === taken.call && when === taken.when)) throw new Error("killed");
  });
  await bench
    .anInstance(ledger)
    .sweep()
    .catch(() => undefined);
}

/** Runs the steps and one last sweep. Answers what has fired, and all instants that came meanwhile. */
async function play(
  overlap: Overlap,
  catchUp: CatchUp,
  taken: readonly Step[],
  check: (bench: Bench) => Promise<void>,
) {
  const bench = aScheduleBench();
  const { id } = await bench.create({ cron: CRON, overlap, catchUp });
  for (const one of taken) {
    await take(bench, one);
    await check(bench);
  }
  await bench.sweep();
  const came: number[] = [];
  for (let at = EVERY_MS; at <= bench.clock() - NOW; at += EVERY_MS) came.push(at);
  return { fired: await bench.fired(id, bench.clock() + 60 * MINUTE_MS), came, jobs: await bench.jobs() };
}

const nothing = async () => {};

test("every instant fires once, whichever sweeps die, meet or come late", async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom(...(["queue", "allow"] as const)), async (taken, overlap) => {
      const { fired, came, jobs } = await play(overlap, { all: 100 }, taken, nothing);
      expect(fired).toEqual(came);
      expect(jobs).toHaveLength(came.length);
    }),
    { numRuns: 40 },
  );
});

test("no instant fires that has not come, and the latest is caught up, by any policies", async () => {
  const catchUps = fc.constantFrom<CatchUp>("none", "one", { all: 2 });
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom(...Overlap.options), catchUps, async (taken, overlap, catchUp) => {
      const { fired, came, jobs } = await play(overlap, catchUp, taken, nothing);
      expect(came).toEqual(expect.arrayContaining(fired));
      expect(jobs).toHaveLength(fired.length);
      if (overlap !== "skip") expect(fired.at(-1)).toBe(came.at(-1));
    }),
    { numRuns: 40 },
  );
});

test("with `skip`, no two jobs are ever unfinished at once", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      await play("skip", { all: 5 }, taken, async (bench) => {
        const unfinished = (await bench.jobs()).filter((job) => !isFinished(job));
        expect(unfinished.length).toBeLessThanOrEqual(1);
      });
    }),
    { numRuns: 40 },
  );
});
