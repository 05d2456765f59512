import { beforeEach, describe, expect, test } from "vitest";
import type { FinishedJob, Job, JobId } from "@/lib/core/job";
import type { JobSource, WalkCursor, WalkedPage } from "@/lib/core/job-walk";
import type { Outcome } from "@/lib/core/state-machine";
import { failuresPlace } from "@/lib/store/jobs/places";
import { aNewJob, NOW, RETENTION } from "@/tests/support/builders";
import { DONE, type JobBench } from "@/tests/support/job-bench";

/** Part of the suite for the job store; `current` answers the bench of the running test. */
export function describeFailures(current: () => JobBench) {
  let bench: JobBench;
  beforeEach(() => {
    bench = current();
  });

  const threw = (message: string): Outcome => ({ kind: "threw", error: { code: "down", message }, retryInMs: null });

  async function failed(message: string, job: Parameters<typeof aNewJob>[0] = {}): Promise<JobId> {
    const { id } = await bench.enqueue(job);
    await bench.settle(await bench.claimOne(), threw(message));
    return id;
  }
  const groups = async (owner: string | null) =>
    (await bench.store.failureGroups(owner)).groups.map(({ example, fingerprint: _fingerprint, ...group }) => ({
      ...group,
      example: example.id,
    }));
  const traces = async () => [
    ...(await bench.ledger.range({ set: failuresPlace("ada"), limit: 9 })),
    ...(await bench.ledger.range({ set: failuresPlace(null), limit: 9 })),
  ];

  async function walk(
    source: JobSource,
    limit: number,
    upTo?: number,
    onPage = async (_jobs: readonly Job[]) => {},
    from: WalkCursor | null = null,
  ) {
    const ids: JobId[] = [];
    let cursor = from;
    do {
      const page: WalkedPage = await bench.store.walk(source, { cursor, limit, upTo });
      ids.push(...page.jobs.map(({ id }) => id));
      await onPage(page.jobs);
      cursor = page.cursor;
    } while (cursor);
    return ids;
  }

  describe("failed jobs", () => {
    test("are told of in a hundred kinds at most, the latest, and it says so if there are others", async () => {
      const letter = (at: number) => String.fromCharCode(97 + at);
      const told = async () => {
        const { groups, isWhole } = await bench.store.failureGroups("ada");
        return { kinds: groups.length, oldestAt: groups.at(-1)?.lastAt, isWhole };
      };
      for (let kind = 0; kind < 100; kind += 1, bench.pass(1)) {
        await failed(`It broke ${letter(Math.floor(kind / 10))}${letter(kind % 10)}.`);
      }
      expect(await told()).toEqual({ kinds: 100, oldestAt: NOW, isWhole: true });
      await failed("It broke otherwise.");
      expect(await told()).toEqual({ kinds: 100, oldestAt: NOW + 1, isWhole: false });
    });

    test("are grouped by what went wrong, for their owner and over all, the latest kind first", async () => {
      const first = await failed("Row 1 is broken.");
      bench.pass(10);
      const second = await failed("Row 77 is broken.");
      bench.pass(10);
      const other = await failed("It is down.", { owner: "bob" });
      await bench.enqueue();
      await bench.settle(await bench.claimOne(), DONE);

      const rows = { count: 2, firstAt: NOW, lastAt: NOW + 10, example: second };
      const down = { count: 1, firstAt: NOW + 20, lastAt: NOW + 20, example: other };
      expect(await groups("ada")).toEqual([rows]);
      expect(await groups("bob")).toEqual([down]);
      expect(await groups(null)).toEqual([down, rows]);
      const found = await bench.store.failureGroups("ada");
      const fingerprint = found.groups[0]?.fingerprint;
      expect(found.isWhole).toBe(true);
      expect(await walk({ kind: "failed", owner: null, fingerprint }, 1)).toEqual([second, first]);
      expect(await walk({ kind: "failed", owner: "bob", fingerprint }, 1)).toEqual([]);
    });

    test("leave their group when they are retried, and come back when they fail again", async () => {
      const id = await failed("It is down.");
      await bench.control(id, "retry");
      expect(await traces()).toEqual([]);
      bench.pass(5);
      await bench.settle(await bench.claimOne(), threw("It is down."));
      expect(await groups("ada")).toMatchObject([{ count: 1, firstAt: NOW + 5, example: id }]);
    });

    test("leave their group when they are deleted", async () => {
      const id = await failed("It is down.");
      await bench.control(id, "expire");
      expect(await traces()).toEqual([]);
    });

    test("leave their group when they are forgotten", async () => {
      await failed("It is down.");
      bench.pass(RETENTION.failedMs);
      const { expired } = await bench.tend();
      expect((await traces()).length).toBe(2);
      await bench.store.forget(expired[0] as FinishedJob, bench.now());
      expect(await traces()).toEqual([]);
    });

    test("count among the failures when their workers are lost too often", async () => {
      const { id } = await bench.enqueue();
      for (let loss = 0; loss < 10; loss += 1) {
        await bench.claimOne({ token: `w${loss}` });
        bench.pass(30_000);
        await bench.tend();
      }
      expect(await groups(null)).toMatchObject([{ count: 1, example: id }]);
    });
  });

  describe("walk", () => {
    test("goes through an owner's jobs, newest first, up to an instant", async () => {
      const { answers } = await bench.store.enqueue([aNewJob(), aNewJob(), aNewJob({ owner: "bob" })], bench.now());
      const [one, two] = answers.map(({ job }) => (job as Job).id);
      bench.pass(1);
      const { id: late } = await bench.enqueue();
      expect(await walk({ kind: "owner", owner: "ada" }, 2)).toEqual([late, two, one]);
      expect(await walk({ kind: "owner", owner: "ada" }, 1, NOW)).toEqual([two, one]);
    });

    test("goes through a line, whose places are fractions and may be negative", async () => {
      await bench.store.enqueue([aNewJob({ priority: 5_000_000_000 }), aNewJob(), aNewJob()], bench.now());
      const line = await bench.line();
      expect(await walk({ kind: "queue", queue: "tests" }, 1)).toEqual(line.toReversed());
    });

    test.each([1, 2, 3])(
      "finds its place in few reads, however far behind it a cursor begins, %i at a time",
      async (limit) => {
        const jobs = Array.from({ length: 40 }, () => aNewJob());
        await bench.store.enqueue(jobs, bench.now());
        const ids = jobs.map(({ id }) => id as string).toSorted((a, b) => (a < b ? 1 : -1));
        const after = (member: string, offset: number) =>
          walk({ kind: "owner", owner: "ada" }, limit, undefined, undefined, { score: bench.now(), member, offset });
        for (const offset of [10, 11, 30, 41, 1_000_000, Number.MAX_SAFE_INTEGER]) {
          expect(await after(ids[9] ?? "", offset)).toEqual(ids.slice(10));
          expect(await after("k", offset)).toEqual(ids);
        }
      },
    );

    test.each([1, 2, 3, 7])("misses nobody when those it answered leave, %i at a time", async (limit) => {
      const jobs = Array.from({ length: 9 }, () => aNewJob());
      await bench.store.enqueue(jobs, bench.now());
      for (const held of (await bench.claim({ limit: 9 })).held) await bench.settle(held, threw("It is down."));
      let looked = 0;
      const ids = await walk({ kind: "failed", owner: "ada" }, limit, bench.now(), async (page) => {
        // Of every three one stays, as one does that cannot be retried.
        for (const { id } of page) if (looked++ % 3 > 0) await bench.control(id, "retry");
      });
      expect(ids.toSorted()).toEqual(jobs.map(({ id }) => id as string).toSorted());
    });
  });
}
