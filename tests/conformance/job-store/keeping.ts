import { beforeEach, describe, expect, test } from "vitest";
import type { FinishedJob, JobId } from "@/lib/core/job";
import type { NewJob } from "@/lib/core/job-store";
import type { Keep } from "@/lib/core/keeping";
import { createJobStore } from "@/lib/store/jobs/create-job-store";
import { keptPlace } from "@/lib/store/jobs/places";
import { RETENTION } from "@/tests/support/builders";
import { BROKEN, DONE, type JobBench } from "@/tests/support/job-bench";

/** Part of the suite for the job store; `current` answers the bench of the running test. */
export function describeKeeping(current: () => JobBench) {
  let bench: JobBench;
  beforeEach(() => {
    bench = current();
  });
  const keeping = (keep: Partial<Keep>, job: Partial<NewJob> = {}): Partial<NewJob> => ({
    ...job,
    limits: {
      rate: null,
      attemptMs: null,
      jobMs: null,
      keep: { completedMs: null, failedMs: null, completedCount: null, failedCount: null, ...keep },
    },
  });

  /** Makes a job and ends it; a second passes. */
  async function end(job: Partial<NewJob>, outcome = DONE): Promise<FinishedJob> {
    await bench.enqueue(job);
    const { jobs } = await bench.settle(await bench.claimOne(), outcome);
    bench.pass(1_000);
    return jobs[0] as FinishedJob;
  }
  const counted = async (state: string, owner = "ada") => {
    const members = await bench.ledger.range({ set: keptPlace({ owner, name: "tests.work", state }), limit: 9 });
    return members.map(({ member }) => member);
  };
  const expired = async (): Promise<JobId[]> => (await bench.tend()).expired.map(({ id }) => id);

  describe("a job whose definition says how long it is kept", () => {
    test("is due to be removed then, and others when all are", async () => {
      const short = await end(keeping({ completedMs: 5_000 }));
      const failed = await end(keeping({ completedMs: 5_000, failedMs: 9_000 }), BROKEN);
      const ordinary = await end({});
      expect([short, failed, ordinary].map(({ expiresAt, finishedAt }) => expiresAt - finishedAt)).toEqual([
        5_000,
        9_000,
        RETENTION.completedMs,
      ]);
      bench.pass(5_000);
      expect(await expired()).toEqual([short.id]);
    });
  });

  describe("jobs of which only so many are kept", () => {
    test("are removed from the oldest on, once another has ended", async () => {
      const ends = [await end(keeping({ completedCount: 2 })), await end(keeping({ completedCount: 2 }))];
      const [first, second] = ends;
      expect(await bench.store.prune(second as FinishedJob, bench.now())).toBe(0);
      const third = await end(keeping({ completedCount: 2 }));
      expect(await bench.store.prune(third, bench.now())).toBe(1);
      expect(await bench.store.prune(third, bench.now())).toBe(0);
      expect(await expired()).toEqual([first?.id]);
      expect(await counted("completed")).toEqual([second?.id, third.id]);
      await bench.store.forget(third, bench.now());
      expect(await counted("completed")).toEqual([second?.id]);
    });

    test("are counted for each owner and outcome apart, and cancelled ones not at all", async () => {
      const one = { completedCount: 1, failedCount: 1 };
      const done = await end(keeping(one));
      await end(keeping(one, { owner: "bob" }));
      const failed = await end(keeping(one), BROKEN);
      const cancelled = await bench.enqueue(keeping(one));
      await bench.control(cancelled.id, "cancel");
      expect(await bench.store.prune((await bench.store.get(cancelled.id))?.job as FinishedJob, bench.now())).toBe(0);
      for (const job of [done, failed]) expect(await bench.store.prune(job, bench.now())).toBe(0);
      expect([await counted("completed"), await counted("failed")]).toEqual([[done.id], [failed.id]]);
    });

    test("may be none at all", async () => {
      const job = await end(keeping({ completedCount: 0 }, { concurrencyKey: "c" }));
      expect(await bench.store.prune(job, bench.now())).toBe(1);
      expect(await expired()).toEqual([job.id]);
      expect(await bench.store.forget(job, bench.now())).toBe(true);
    });

    test("are not counted while they are tried again", async () => {
      const job = await end(keeping({ failedCount: 1 }), BROKEN);
      await bench.control(job.id, "retry");
      expect(await counted("failed")).toEqual([]);
      await bench.settle(await bench.claimOne(), DONE);
      expect([await counted("failed"), await counted("completed")]).toEqual([[], []]);
    });

    test("count one that was tried again and has failed again in the moment in which it was looked at", async () => {
      const [first, second] = [
        await end(keeping({ failedCount: 1 }), BROKEN),
        await end(keeping({ failedCount: 1 }), BROKEN),
      ];
      let isRetried = false;
      let hasFailed = false;
      const late = createJobStore({
        retention: RETENTION,
        nonce: () => "late",
        ledger: {
          ...bench.ledger,
          async range(wanted) {
            const members = await bench.ledger.range(wanted);
            if (!isRetried) await bench.control(first.id, "retry");
            isRetried = true;
            return members;
          },
          async apply(changes) {
            if (!hasFailed) {
              hasFailed = true;
              await bench.settle(await bench.claimOne({ token: "again" }), BROKEN);
            }
            return bench.ledger.apply(changes);
          },
        },
      });
      expect(await late.prune(second, bench.now())).toBe(0);
      expect(await counted("failed")).toEqual([second.id, first.id]);
    });

    test("leave the others alone when one of them went by itself", async () => {
      const jobs = [];
      for (let i = 0; i < 3; i += 1) jobs.push(await end(keeping({ completedCount: 1 })));
      const [first, second, third] = jobs as [FinishedJob, FinishedJob, FinishedJob];
      await bench.control(second.id, "expire");
      await bench.ledger.apply([{ moves: [{ set: keptPlace(first), member: "job_gone", score: 1 }] }]);
      expect(await bench.store.prune(third, bench.now())).toBe(1);
      expect((await expired()).sort()).toEqual([first.id, second.id].sort());
      expect(await counted("completed")).toEqual([third.id]);
    });
  });
}
