import { describe, expect, test } from "vitest";
import { cutChanges } from "@/lib/core/cut-changes";
import type { Job } from "@/lib/core/job";
import type { Ledger } from "@/lib/core/ledger";
import { createJobStore } from "@/lib/store/jobs/create-job-store";
import { createMemoryLedger } from "@/lib/store/memory/create-memory-ledger";
import { aNewJob, NOW, RETENTION } from "@/tests/support/builders";
import { aNonce } from "@/tests/support/job-bench";
import { brokenPromises } from "@/tests/support/promises";

const REQUEST_BYTES = 1_000_000;

/** As Redis over REST: what is more than a request takes goes in several, and the process dies before number `dies`. */
function cutting(ledger: Ledger, dies: number): Ledger {
  let requests = 0;
  return {
    ...ledger,
    async apply(changes) {
      const applied: boolean[] = [];
      for (const list of cutChanges(changes, REQUEST_BYTES)) {
        requests += 1;
        if (requests === dies) throw new Error("killed");
        applied.push(...(await ledger.apply(list)));
      }
      return applied;
    },
  };
}

const large = () => aNewJob({ input: "x".repeat(60_000) });

describe("a batch that is too large for one request", () => {
  test.each([2, 3])(
    "is looked after as far as it was written when the process died before request %i",
    async (dies) => {
      const ledger = createMemoryLedger({ clock: () => NOW });
      const store = createJobStore({ ledger, retention: RETENTION, nonce: aNonce() });
      const dying = createJobStore({ ledger: cutting(ledger, dies), retention: RETENTION, nonce: aNonce() });
      const batch = Array.from({ length: 40 }, large);
      await expect(dying.enqueue(batch, NOW)).rejects.toThrow("killed");

      const jobs = async () => {
        const kept = await store.getMany(batch.map(({ id }) => id));
        return kept.flatMap((one): Job[] => (one ? [one.job] : []));
      };
      expect((await jobs()).length).toBeGreaterThan(0);
      expect(await brokenPromises(ledger, { jobs, now: () => NOW })).toEqual([]);
      expect((await store.tend(NOW + 20_000, 100)).kicks).toMatchObject([{ queue: "tests" }]);
    },
  );

  test("asks for a worker once", async () => {
    const ledger = createMemoryLedger({ clock: () => NOW });
    const store = createJobStore({ ledger, retention: RETENTION, nonce: aNonce() });
    const { answers, kicks } = await store.enqueue(Array.from({ length: 40 }, large), NOW);
    expect(answers.every(({ kind }) => kind === "added")).toBe(true);
    expect(kicks).toEqual([{ queue: "tests", nonce: "n1", delayMs: 0 }]);
  });
});
