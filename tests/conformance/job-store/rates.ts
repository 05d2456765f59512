import { beforeEach, describe, expect, test } from "vitest";
import { aNewJob, LEASE_MS, NOW } from "@/tests/support/builders";
import { DONE, type JobBench } from "@/tests/support/job-bench";

const THREW = { kind: "threw", error: { code: "down", message: "It is down." }, retryInMs: 0 } as const;
const MINUTE_MS = 60_000;

/** Part of the suite for the job store; `current` answers the bench of the running test. */
export function describeRates(current: () => JobBench) {
  let bench: JobBench;
  beforeEach(() => {
    bench = current();
  });
  const enqueueMany = (count: number, job: Parameters<typeof aNewJob>[0] = {}) =>
    bench.store.enqueue(
      Array.from({ length: count }, () => aNewJob(job)),
      bench.now(),
    );

  describe("the rate of a queue", () => {
    const rate = { limit: 2, perMs: MINUTE_MS };

    test("lets as many begin as it allows, asks for a worker when the next may, and keeps the line as it is", async () => {
      await enqueueMany(5);
      const { held, isEmpty, kicks } = await bench.claim({ rate });
      expect([held.length, isEmpty]).toEqual([2, true]);
      const wait = Math.ceil(MINUTE_MS / 128); // a start is noted by the 128th of a minute
      expect(kicks).toEqual([{ queue: "tests", nonce: expect.stringMatching(/^at-/), delayMs: expect.any(Number) }]);
      const delayMs = kicks[0]?.delayMs ?? 0;
      expect(delayMs).toBeGreaterThanOrEqual(MINUTE_MS);
      expect(delayMs).toBeLessThanOrEqual(MINUTE_MS + wait + 1_000);
      expect(await bench.line()).toHaveLength(3);

      bench.pass(MINUTE_MS - 1);
      expect(await bench.claim({ rate, token: "w2" })).toMatchObject({ held: [], isEmpty: true, kicks: [{}] });
      bench.pass(wait + 1);
      expect((await bench.claim({ rate, token: "w3" })).held).toHaveLength(2);
    });

    test("is kept by many who claim at once", async () => {
      await enqueueMany(20);
      const workers = ["w1", "w2", "w3", "w4", "w5"];
      const claims = await Promise.all(workers.map((token) => bench.claim({ rate: { ...rate, limit: 7 }, token })));
      const ids = claims.flatMap(({ held }) => held.map(({ job }) => job.id));
      expect([ids.length, new Set(ids).size]).toEqual([7, 7]);
    });

    test("is kept by those who take different jobs at the same moment, by queue and by key", async () => {
      const perKey = { rate: { ...rate, key: "k", slotAt: null }, attemptMs: null, jobMs: null };
      for (const [byQueue, limits] of [
        [rate, null],
        [null, perKey],
      ] as const) {
        const { answers } = await enqueueMany(6, { limits, queue: limits ? "keyed" : "tests" });
        const ids = answers.flatMap(({ job }) => job?.id ?? []);
        const claims = ids.map((id, i) =>
          bench.claim({ queue: limits ? "keyed" : "tests", rate: byQueue, candidates: [id], token: `w${i}` }),
        );
        expect((await Promise.all(claims)).flatMap(({ held }) => held)).toHaveLength(2);
      }
    });

    test("counts attempts that begin, and lets those go on that were begun", async () => {
      await enqueueMany(1);
      await bench.settle(await bench.claimOne({ rate }), { kind: "interrupted" });
      await bench.settle(await bench.claimOne({ rate, token: "w2" }), THREW);
      await bench.tend();
      await bench.settle(await bench.claimOne({ rate, token: "w3" }), { kind: "waiting", delayMs: 0 });
      await bench.tend();
      await enqueueMany(1);
      expect((await bench.claim({ rate, token: "w4" })).held).toMatchObject([{ job: { attempt: 2, slices: 4 } }]);
    });

    test("costs no attempt, and does not count those whom the queue's concurrency holds back", async () => {
      await enqueueMany(3);
      const first = await bench.claim({ rate, concurrency: 1 });
      expect([first.held.length, first.kicks]).toEqual([1, []]);
      for (const held of first.held) await bench.settle(held, DONE);
      const next = await bench.claim({ rate, concurrency: 1, token: "w2" });
      expect(next.held).toMatchObject([{ job: { attempt: 1 } }]);
    });

    test("leaves the queue alone until it has room again, and then looks after it", async () => {
      await enqueueMany(3);
      const { held, kicks } = await bench.claim({ rate });
      for (const one of held) await bench.settle(one, DONE);
      await bench.store.acknowledge((await bench.tend()).events);
      bench.pass(LEASE_MS);
      expect((await bench.tend()).kicks).toEqual([]);
      bench.pass((kicks[0]?.delayMs ?? 0) - LEASE_MS + 15_000);
      expect((await bench.tend()).kicks).toMatchObject([{ queue: "tests", delayMs: 0 }]);
    });
  });

  describe("the rate of a key", () => {
    const limits = (key = "k") => ({
      limits: { rate: { key, limit: 1, perMs: MINUTE_MS, slotAt: null }, attemptMs: null, jobMs: null },
    });

    test("puts off what is too much until a slot of its own, one span apart, and lets others pass", async () => {
      await enqueueMany(3, limits());
      const other = await bench.enqueue(limits("l"));
      const { held, kicks } = await bench.claim();
      expect(held.map(({ job }) => job.id)).toContain(other.id);
      expect(held).toHaveLength(2);
      expect(kicks).toHaveLength(2);
      expect(await bench.line()).toEqual([]);
      const { jobs } = await bench.store.list("ada", { cursor: null, limit: 10 });
      const waiting = jobs.flatMap((job) => (job.state === "scheduled" ? job.runAt - NOW : [])).sort((a, b) => a - b);
      expect(waiting).toEqual([60_000 + (waiting[0] ?? 0) - 60_000, (waiting[0] ?? 0) + 60_469]);
      expect(waiting[0]).toBeLessThanOrEqual(60_469);
    });

    test("begins them in their slots, each once, and without an attempt", async () => {
      await enqueueMany(4, limits());
      const starts: number[] = [];
      for (let second = 0; second < 260 && starts.length < 4; second += 1) {
        await bench.tend();
        for (const one of (await bench.claim({ token: `w${second}` })).held) {
          expect(one.job).toMatchObject({ attempt: 1, slices: 1, limits: { rate: { slotAt: null } } });
          starts.push(bench.now());
          await bench.settle(one, DONE);
        }
        bench.pass(1_000);
      }
      expect(starts).toHaveLength(4);
      for (const [i, at] of starts.slice(1).entries()) expect(at - (starts[i] ?? 0)).toBeGreaterThanOrEqual(MINUTE_MS);
    });

    test("counts for each owner and job name apart", async () => {
      await enqueueMany(1, limits());
      await enqueueMany(1, { ...limits(), owner: "bob" });
      await enqueueMany(1, { ...limits(), name: "tests.other" });
      expect((await bench.claim()).held).toHaveLength(3);
    });

    test("gives those their slots first who were put off, before newcomers", async () => {
      const [first, second] = [await bench.enqueue(limits()), await bench.enqueue(limits())];
      for (const one of (await bench.claim()).held) await bench.settle(one, DONE);
      const job = (await bench.store.get(second.id))?.job;
      bench.pass((job?.state === "scheduled" ? job.runAt : 0) - bench.now());
      const newcomer = await bench.enqueue({ ...limits(), priority: 1_000 });
      await bench.tend();
      const { held } = await bench.claim({ token: "w2" });
      expect(held.map(({ job }) => job.id)).toEqual([second.id]);
      expect(await Promise.all([first, newcomer].map(({ id }) => bench.stateOf(id)))).toEqual([
        "completed",
        "scheduled",
      ]);
    });

    test("promises a slot of its own also to one whose slot is yet to come by the clock of who claims it", async () => {
      await enqueueMany(1, limits());
      await bench.claim();
      const early = { ...limits().limits, rate: { ...limits().limits.rate, slotAt: NOW + 60_000 } };
      const [first, second] = [await bench.enqueue({ limits: early }), await bench.enqueue(limits())];
      await bench.claim({ token: "w2" });
      const jobs = await Promise.all([first, second].map(({ id }) => bench.store.get(id)));
      const slots = jobs.map((kept) => (kept?.job.state === "scheduled" ? kept.job.runAt : 0));
      expect((slots[1] ?? 0) - (slots[0] ?? 0)).toBeGreaterThanOrEqual(MINUTE_MS);
    });

    test("keeps the lane of a job that is put off, and lets it be cancelled", async () => {
      const keyed = { ...limits(), concurrencyKey: "c" };
      await enqueueMany(1, limits());
      const second = await bench.enqueue(keyed);
      await bench.claim();
      expect(await bench.stateOf(second.id)).toBe("scheduled");
      const third = await bench.enqueue({ concurrencyKey: "c" });
      expect(await bench.line()).toEqual([]);
      await bench.control(second.id, "cancel");
      expect(await bench.line()).toEqual([third.id]);
    });
  });
}
