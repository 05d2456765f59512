import { describe, expect, test } from "vitest";
import type { Ledger } from "@/lib/core/ledger";
import { createJobStore } from "@/lib/store/jobs/create-job-store";
import { createMemoryLedger } from "@/lib/store/memory/create-memory-ledger";
import { aClaim, aNewJob, NOW, RETENTION } from "@/tests/support/builders";
import { DONE } from "@/tests/support/job-bench";
import { brokenPromises } from "@/tests/support/promises";

const LATER = NOW + 60_000;

/** A queue that has just become empty, and is about to be left alone by a sweep. */
async function setUp(onCall: (call: number, when: "before" | "after") => Promise<void> | void = () => {}) {
  const ledger = createMemoryLedger({ clock: () => LATER });
  let nonces = 0;
  const storeOver = (own: Ledger) => createJobStore({ ledger: own, retention: RETENTION, nonce: () => `n${++nonces}` });
  const store = storeOver(ledger);
  const first = aNewJob();
  await store.enqueue([first], NOW);
  const { held } = await store.claim(aClaim());
  await store.settle(
    "tests",
    held.map((own) => ({ held: own, outcome: DONE, reached: own.job })),
    NOW,
    0,
  );

  let calls = 0;
  const through =
    <Args extends unknown[], Answer>(act: (...args: Args) => Promise<Answer>) =>
    async (...args: Args): Promise<Answer> => {
      const call = ++calls;
      await onCall(call, "before");
      const answer = await act(...args);
      await onCall(call, "after");
      return answer;
    };
  const watched = Object.fromEntries(Object.entries(ledger).map(([name, act]) => [name, through(act)]));
  const sweeping = storeOver(watched as unknown as Ledger); // the same functions under the same names
  const ids = [first.id];
  const jobs = async () => (await Promise.all(ids.map((id) => store.get(id)))).flatMap((kept) => kept?.job ?? []);
  return {
    calls: () => calls,
    tend: () => sweeping.tend(LATER, 10),
    async enqueue() {
      const job = aNewJob();
      ids.push(job.id);
      await store.enqueue([job], LATER);
    },
    wrong: () => brokenPromises(ledger, { jobs, now: () => LATER }),
  };
}

const undisturbed = await setUp();
await undisturbed.tend();
const CALLS = Array.from({ length: undisturbed.calls() }, (_, i) => i + 1);
const PAIRS = CALLS.flatMap((comes) => CALLS.map((dies) => ({ comes, dies }))).filter(
  ({ comes, dies }) => comes <= dies,
);

describe("a queue that nobody needs to look after any more", () => {
  test.each(PAIRS)(
    "is looked after if a job comes before call $comes and the sweep dies after call $dies",
    async (at) => {
      let coming: Promise<void> | undefined;
      const desk = await setUp(async (call, when) => {
        if (call === at.comes && when === "before") {
          coming = desk.enqueue();
          await coming;
        }
        if (call === at.dies && when === "after") throw new Error("killed");
      });
      await desk.tend().catch(() => undefined);
      await coming;
      expect(await desk.wrong()).toEqual([]);
    },
  );
});
