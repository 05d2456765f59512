import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JobId } from "@/lib/core/job";
import { createJobStore } from "@/lib/store/jobs/create-job-store";
import { createMemoryLedger } from "@/lib/store/memory/create-memory-ledger";
import { aNewJob, asItWas, LEASE_MS, NOW, RETENTION } from "@/tests/support/builders";

const PER_MS = 10_000;
const TOKENS = ["w1", "w2", "w3"];
const DONE = { kind: "completed", output: { value: null } } as const;

const rounds = fc.array(
  fc.record({
    ms: fc.integer({ min: 0, max: 4_000 }),
    arriving: fc.nat({ max: 4 }),
    limit: fc.integer({ min: 1, max: 4 }),
  }),
  { minLength: 10, maxLength: 60 },
);

/** Several workers on one store, claiming at the same moments. */
function setUp(limit: number, by: "queue" | "key") {
  const world = { now: NOW, calls: 0, starts: [] as { id: JobId; at: number }[], ids: [] as JobId[] };
  const store = createJobStore({
    ledger: createMemoryLedger({ clock: () => world.now }),
    retention: RETENTION,
    nonce: () => "n",
  });
  const rate = { limit, perMs: PER_MS };
  const limits = { rate: { ...rate, key: "k", slotAt: null }, attemptMs: null, jobMs: null };

  async function enqueue(count: number) {
    const jobs = Array.from({ length: count }, () => aNewJob(by === "key" ? { limits } : {}));
    await store.enqueue(jobs, world.now);
    world.ids.push(...jobs.map(({ id }) => id));
  }

  async function work(token: string, slots: number) {
    const { now } = world;
    world.calls += 1;
    const call = {
      queue: "tests",
      concurrency: null,
      token: `${token}-${world.calls}`,
      now,
      leasedUntil: now + LEASE_MS,
    };
    const { held } = await store.claim({ ...call, limit: slots, rate: by === "queue" ? rate : null });
    for (const one of held) {
      world.starts.push({ id: one.job.id, at: now });
      await store.settle("tests", [{ held: one, outcome: DONE, reached: asItWas(one.job) }], now, 0);
    }
  }

  async function step(ms: number, slots: number) {
    world.now += ms;
    await store.tend(world.now, 100);
    await Promise.all(TOKENS.map((token) => work(token, slots)));
  }
  return { world, enqueue, step };
}

/** The most that start in a span as long as the rate's, wherever it lies. */
const most = (starts: readonly { at: number }[]) =>
  Math.max(0, ...starts.map(({ at }) => starts.filter((other) => other.at > at - PER_MS && other.at <= at).length));

describe.each(["queue", "key"] as const)("a rate by %s, under several who claim at once", (by) => {
  const limitOf = fc.integer({ min: 1, max: 5 });

  test("is never exceeded in any span, and every job starts, once", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(limitOf, rounds, async (limit, steps) => {
        const { world, enqueue, step } = setUp(limit, by);
        for (const { ms, arriving, limit: slots } of steps) {
          await enqueue(arriving);
          await step(ms, slots);
        }
        const left = () => world.ids.length - world.starts.length;
        for (let looks = 0; left() > 0 && looks < 4 * world.ids.length + 8; looks += 1) await step(PER_MS / 2, 3);
        expect(most(world.starts)).toBeLessThanOrEqual(limit);
        expect(world.starts.map(({ id }) => id).sort()).toEqual([...world.ids].sort());
      }),
      { numRuns: 60 },
    );
  });

  test("holds for as long as the clock takes after it was set back, and nobody starves", {
    timeout: 60_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(limitOf, fc.integer({ min: 1, max: 3_600_000 }), rounds, async (limit, back, steps) => {
        const { world, enqueue, step } = setUp(limit, by);
        for (const { arriving, limit: slots } of steps.slice(0, 5)) {
          await enqueue(arriving);
          await step(1_000, slots);
        }
        const before = world.starts.length;
        const setBackAt = world.now;
        await step(-back, 3);
        // As one sees it who only counts the time that passes: all that is left starts, at no more than the rate.
        const passed = () => world.now - setBackAt + back;
        expect(most(world.starts.slice(before))).toBeLessThanOrEqual(limit);
        if (by === "queue")
          expect(world.starts.length - before).toBeLessThanOrEqual(Math.max(0, limit - inSpan(before)));
        while (world.starts.length < world.ids.length && passed() < back + 4 * PER_MS * (world.ids.length + 2)) {
          await step(PER_MS / 2, 3);
        }
        expect(world.starts).toHaveLength(world.ids.length);
        expect(most(world.starts.slice(before))).toBeLessThanOrEqual(limit);

        function inSpan(count: number): number {
          return world.starts.slice(0, count).filter(({ at }) => at > setBackAt - PER_MS).length;
        }
      }),
      { numRuns: 60 },
    );
  });
});
