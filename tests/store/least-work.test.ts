import { beforeEach, describe, expect, test } from "vitest";
import type { Change, Ledger } from "@/lib/core/ledger";
import { createJobStore } from "@/lib/store/jobs/create-job-store";
import { textOf } from "@/lib/store/jobs/job-text";
import { jobPlace, readyPlace, runningPlace } from "@/lib/store/jobs/places";
import { createMemoryLedger } from "@/lib/store/memory/create-memory-ledger";
import { aClaim, aJob, aJobId, aReached, LEASE_MS, NOW, RETENTION } from "@/tests/support/builders";
import { aNonce, createJobBench, type JobBench } from "@/tests/support/job-bench";

let bench: JobBench;
let calls: string[];
let keys: string[];
let changes: Change[];
beforeEach(() => {
  const ledger = createMemoryLedger({ clock: () => NOW });
  bench = createJobBench(ledger);
  [calls, keys, changes] = [[], [], []];
});

/** A store over the bench's ledger of which it is known what it asks for. */
function watchedStore() {
  const { ledger } = bench;
  const noted =
    <Args extends unknown[], Answer>(name: string, act: (...args: Args) => Answer) =>
    (...args: Args): Answer => {
      calls.push(name);
      return act(...args);
    };
  const watched: Ledger = {
    range: noted("range", ledger.range),
    sizes: noted("sizes", ledger.sizes),
    counters: noted("counters", ledger.counters),
    read: noted("read", (wanted) => {
      keys.push(...wanted);
      return ledger.read(wanted);
    }),
    apply: noted("apply", (written) => {
      changes.push(...written);
      return ledger.apply(written);
    }),
    applyAndRange: noted("applyAndRange", (written, range) => {
      changes.push(...written);
      return ledger.applyAndRange(written, range);
    }),
  };
  return createJobStore({ ledger: watched, retention: RETENTION, nonce: aNonce() });
}
const commit = { reached: aReached(1), leasedUntil: NOW + LEASE_MS, now: NOW };

describe("the ledger is asked for no more than is needed", () => {
  test("once, when nothing is due", async () => {
    await watchedStore().tend(NOW, 100);
    expect(calls).toEqual(["range"]);
  });

  test("not to write, where a wish is refused", async () => {
    const { id } = await bench.enqueue();
    await watchedStore().control(id, "ada", "resume", NOW);
    expect(calls).toEqual(["read"]);
  });

  test("for nobody, when nobody is to be claimed, and twice when nobody is there", async () => {
    expect(await watchedStore().claim(aClaim({ candidates: [] }))).toEqual({ held: [], isEmpty: true, kicks: [] });
    expect(calls).toEqual([]);
    await watchedStore().claim(aClaim());
    expect(calls).toEqual(["range", "applyAndRange"]);
  });

  test("to write twice, when a queue is empty and is left alone from now on", async () => {
    const { id } = await bench.enqueue();
    await bench.control(id, "cancel");
    await watchedStore().tend(NOW + LEASE_MS, 100);
    expect(calls.filter((call) => call === "apply")).toHaveLength(2);
  });

  test("once, for a commit that nobody comes between", async () => {
    await bench.enqueue();
    await watchedStore().commit(await bench.claimOne(), commit);
    expect(calls).toEqual(["apply"]);
  });

  test("not for the rate of a job that goes on with its attempt", async () => {
    const rate = { key: "k", limit: 1, perMs: 60_000, slotAt: null };
    await bench.enqueue({ limits: { rate, attemptMs: null, jobMs: null } });
    await bench.settle(await bench.claimOne(), { kind: "interrupted" });
    expect((await watchedStore().claim(aClaim())).held).toHaveLength(1);
    expect(keys.filter((key) => key.startsWith("key-rate"))).toEqual([]);
  });

  test("to write what changes: a job that is paused leaves its line, and no timer or count moves", async () => {
    const { id } = await bench.enqueue();
    await watchedStore().control(id, "ada", "pause", NOW);
    const put = { key: jobPlace(id), expect: NOW, entry: expect.objectContaining({ rev: NOW + 1 }) };
    const moves = [{ set: readyPlace("tests"), member: id, score: null }];
    expect(changes).toEqual([{ puts: [put], moves, adds: [] }]);
  });

  test("to write what changes: a child that begins to run is counted by its queue alone", async () => {
    const parent = { id: aJobId(), stage: "family", round: 0, index: 0, onFailure: "fail" } as const;
    await bench.enqueue({ parent });
    await watchedStore().claim(aClaim());
    expect(changes.flatMap(({ adds = [] }) => adds)).toEqual([
      { counter: runningPlace("tests"), by: 1, max: undefined },
    ]);
  });

  test("to write what changes: a failed job of unknown kind stands in no group that it could leave", async () => {
    const job = aJob("failed", { fingerprint: null });
    const entry = { rev: 1, text: textOf(job) };
    await bench.ledger.apply([{ puts: [{ key: jobPlace(job.id), expect: 0, entry }] }]);
    expect(await watchedStore().control(job.id, "ada", "retry", NOW)).toMatchObject({ kind: "done" });
    expect(changes.flatMap(({ moves = [] }) => moves.filter(({ set }) => set.startsWith("failures")))).toEqual([]);
  });
});
