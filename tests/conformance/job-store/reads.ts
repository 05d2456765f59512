import { beforeEach, describe, expect, test } from "vitest";
import type { FinishedJob } from "@/lib/core/job";
import { aNewJob } from "@/tests/support/builders";
import type { JobBench } from "@/tests/support/job-bench";

/** Part of the suite for the job store; `current` answers the bench of the running test. */
export function describeReads(current: () => JobBench) {
  let bench: JobBench;
  beforeEach(() => {
    bench = current();
  });

  describe("forget", () => {
    test("removes a finished job for good, also when it is asked twice", async () => {
      const { id } = await bench.enqueue();
      const answer = await bench.control(id, "cancel");
      const job = answer?.job as FinishedJob;
      expect(await bench.store.forget(job, bench.now())).toBe(true);
      expect(await bench.store.forget(job, bench.now())).toBe(true);
      expect(await bench.store.get(id)).toBeNull();
      expect(await bench.store.list("ada", { cursor: null, limit: 9 })).toEqual({ jobs: [], cursor: null });
    });

    test("leaves a job that has moved on since", async () => {
      const { id } = await bench.enqueue();
      const answer = await bench.control(id, "cancel");
      await bench.control(id, "retry");
      expect(await bench.store.forget(answer?.job as FinishedJob, bench.now())).toBe(false);
      bench.pass(1);
      await bench.control(id, "cancel");
      expect(await bench.store.forget(answer?.job as FinishedJob, bench.now())).toBe(false);
      expect(await bench.stateOf(id)).toBe("cancelled");
    });
  });

  test("getMany answers several jobs in their order, as get does", async () => {
    const [first, second] = [await bench.enqueue(), await bench.enqueue({ owner: "bob" })];
    const [one, two] = [await bench.store.get(first.id), await bench.store.get(second.id)];
    expect(await bench.store.getMany([second.id, aNewJob().id, first.id])).toEqual([two, null, one]);
    expect(await bench.store.getMany([])).toEqual([]);
  });

  test("list answers an owner's jobs, newest first, page by page", async () => {
    const newest = [];
    for (let i = 0; i < 3; i += 1) {
      const { answers } = await bench.store.enqueue([aNewJob(), aNewJob()], bench.now());
      newest.unshift(...answers.map(({ job }) => job).reverse());
      bench.pass(1);
    }
    await bench.enqueue({ owner: "bob" });
    const pages = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof bench.store.list>> = await bench.store.list("ada", { cursor, limit: 1 });
      pages.push(...page.jobs);
      cursor = page.cursor;
    } while (cursor !== null);
    expect(pages).toEqual(newest);
    expect((await bench.store.list("ada", { cursor: null, limit: 4 })).jobs).toEqual(newest.slice(0, 4));
  });
}
