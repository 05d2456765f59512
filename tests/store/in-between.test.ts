import { beforeEach, describe, expect, test } from "vitest";
import type { FinishedJob, JobId } from "@/lib/core/job";
import type { Ledger } from "@/lib/core/ledger";
import { createJobStore } from "@/lib/store/jobs/create-job-store";
import { DUE, jobPlace, jobTimer, kickTimer, readyPlace, uniquePlace } from "@/lib/store/jobs/places";
import { createMemoryLedger } from "@/lib/store/memory/create-memory-ledger";
import { aClaim, aJobId, aNewJob, LEASE_MS, NOW, RETENTION } from "@/tests/support/builders";
import { createForgetfulLedger } from "@/tests/support/forgetful-ledger";
import { aNonce, BROKEN, createJobBench, DONE, type JobBench } from "@/tests/support/job-bench";

let ledger: Ledger;
let bench: JobBench;
beforeEach(() => {
  ledger = createMemoryLedger({ clock: () => NOW });
  bench = createJobBench(ledger);
});

const storeOver = (part: Partial<Ledger>) =>
  createJobStore({ ledger: { ...ledger, ...part }, retention: RETENTION, nonce: aNonce() });

/** A store to whose first reading of this document somebody else comes: just before it, or just after it. */
function storeMetAt(key: string, when: "before" | "after", other: () => Promise<unknown>) {
  let hasCome = false;
  return storeOver({
    async read(keys) {
      const isNow = !hasCome && keys.includes(key);
      hasCome ||= isNow;
      if (isNow && when === "before") await other();
      const found = await ledger.read(keys);
      if (isNow && when === "after") await other();
      return found;
    },
  });
}

/** A name in this set for which there is no record. */
async function aStrayName(set: string, memberOf: (id: JobId) => string): Promise<JobId> {
  const id = aJobId();
  await ledger.apply([{ moves: [{ set, member: memberOf(id), score: NOW - 1 }] }]);
  return id;
}

describe("somebody else who comes between reading and writing", () => {
  test("keeps the job that he retries while it is being forgotten", async () => {
    const { id } = await bench.enqueue();
    const { jobs } = await bench.settle(await bench.claimOne(), BROKEN);
    const store = storeMetAt(jobPlace(id), "after", () => bench.control(id, "retry"));
    expect(await store.forget(jobs[0] as FinishedJob, NOW)).toBe(false);
    expect(await bench.stateOf(id)).toBe("queued");
  });

  test("keeps the result of a job that he ends just as its lease has run out", async () => {
    const { id } = await bench.enqueue();
    const held = await bench.claimOne();
    const store = storeMetAt(jobPlace(id), "before", () => bench.settle(held, DONE));
    expect(await store.tend(NOW + LEASE_MS, 100)).toMatchObject({ rescued: 0, expired: [] });
  });

  test("keeps the lease that he renews just as it was found to have run out", async () => {
    const { id } = await bench.enqueue();
    const held = await bench.claimOne();
    const renewal = { reached: null, leasedUntil: NOW + 2 * LEASE_MS, now: NOW };
    const store = storeMetAt(jobPlace(id), "before", () => bench.store.commit(held, renewal));
    expect(await store.tend(NOW + LEASE_MS, 100)).toMatchObject({ rescued: 0 });
    expect(await bench.stateOf(id)).toBe("running");
  });

  test("keeps the job that he makes under the name of a stray timer", async () => {
    const id = await aStrayName(DUE, jobTimer);
    const store = storeMetAt(jobPlace(id), "after", () => bench.enqueue({ id }));
    await store.tend(NOW, 100);
    expect(await bench.stateOf(id)).toBe("queued");
  });

  test("leaves a queue looked after whose line was found empty, for whoever found it may die with what has come since", async () => {
    const { id } = await bench.enqueue();
    await bench.control(id, "cancel");
    expect((await bench.claim()).held).toEqual([]);
    const due = await ledger.range({ set: DUE, limit: 10 });
    expect(due.map(({ member }) => member)).toContain(kickTimer("tests"));
  });

  test("keeps the job that he makes under a stray name in the line", async () => {
    const id = await aStrayName(readyPlace("tests"), (name) => name);
    const store = storeMetAt(jobPlace(id), "after", () => bench.enqueue({ id }));
    expect((await store.claim(aClaim())).held).toMatchObject([{ job: { id, state: "running" } }]);
  });

  test("gives a unique key up in time for a job that wants it back", async () => {
    const first = await bench.enqueue({ uniqueKey: "u" });
    await bench.control(first.id, "cancel");
    const second = await bench.enqueue({ uniqueKey: "u" });
    const store = storeMetAt(jobPlace(second.id), "before", () => bench.control(second.id, "cancel"));
    expect(await store.control(first.id, "ada", "retry", NOW)).toMatchObject({ kind: "done" });
    const [key] = await ledger.read([uniquePlace({ owner: "ada", name: "tests.work" }, "u")]);
    expect(key?.text).toBe(first.id);
  });

  test("is not fought for ever", async () => {
    const { id } = await bench.enqueue();
    let calls = 0;
    const store = storeOver({
      async apply(changes) {
        if (++calls > 100) throw new Error("It goes on and on.");
        return changes.map(() => false);
      },
    });
    const refusal = expect.objectContaining({ code: "unavailable", message: expect.stringContaining("Try again") });
    await expect(store.control(id, "ada", "pause", NOW)).rejects.toThrow(refusal);
  });
});

describe("a claim whose first answer is lost", () => {
  test("answers the jobs that it took", async () => {
    const { id } = await bench.enqueue();
    const store = storeOver(createForgetfulLedger(ledger, () => true));
    expect((await store.claim(aClaim())).held).toMatchObject([{ job: { id, state: "running", token: "w1" } }]);
  });

  test("answers the kick for a job that it put off", async () => {
    const rate = { key: "k", limit: 1, perMs: 60_000, slotAt: null };
    const limits = { rate, attemptMs: null, jobMs: null };
    await bench.enqueue({ limits });
    await bench.claimOne();
    const { id } = await bench.enqueue({ limits });
    const store = storeOver(createForgetfulLedger(ledger, () => true));
    const { held, kicks } = await store.claim(aClaim({ token: "w2" }));
    expect([held, kicks]).toEqual([
      [],
      [{ queue: "tests", nonce: expect.stringMatching(/^at-/), delayMs: expect.any(Number) }],
    ]);
    expect(await bench.stateOf(id)).toBe("scheduled");
  });
});

test("a cancel whose first answer is lost is answered as done", async () => {
  const { id } = await bench.enqueue();
  const store = storeOver(createForgetfulLedger(ledger, () => true));
  expect(await store.control(id, "ada", "cancel", NOW)).toMatchObject({ kind: "done", job: { state: "cancelled" } });
});

describe("many batches of one call", () => {
  const many = (count: number, maxActive?: number) => Array.from({ length: count }, () => aNewJob({ maxActive }));

  test("are not begun any more once one of them has failed", async () => {
    let calls = 0;
    const store = storeOver({
      async apply() {
        calls += 1;
        throw new Error("It is down.");
      },
    });
    await expect(store.enqueue(many(6_000), NOW)).rejects.toThrow("It is down.");
    expect(calls).toBe(8);
  });

  test("are written one after the other where their owner has room for so many", async () => {
    let [flying, most] = [0, 0];
    const store = storeOver({
      async apply(changes) {
        most = Math.max(most, ++flying);
        const applied = await ledger.apply(changes);
        flying -= 1;
        return applied;
      },
    });
    const { answers } = await store.enqueue(many(900, 450), NOW);
    expect(answers.map(({ kind }) => kind)).toEqual([...Array(450).fill("added"), ...Array(450).fill("full")]);
    expect(most).toBe(1);
  });
});
