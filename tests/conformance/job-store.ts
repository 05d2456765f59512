import { beforeEach, describe, expect, test } from "vitest";
import { EMPTY_CHECKPOINT } from "@/lib/core/checkpoint";
import type { FinishedJob } from "@/lib/core/job";
import { eventOf } from "@/lib/core/job-event";
import type { Ledger } from "@/lib/core/ledger";
import { MAX_LOSSES, rankOf } from "@/lib/core/state-machine";
import { aCheckpoint, aJobId, aNewJob, aReached, HOUR_MS, LEASE_MS, NOW, RETENTION } from "@/tests/support/builders";
import { BROKEN, createJobBench, DONE, type JobBench } from "@/tests/support/job-bench";

/** What the job store must do over any ledger. Each adapter's test runs it against a fresh, empty one. */
export function describeJobStore(name: string, setup: () => Promise<Ledger>) {
  describe(`the job store over ${name}`, () => {
    let ledger: Ledger;
    let bench: JobBench;
    beforeEach(async () => {
      ledger = await setup();
      bench = createJobBench(ledger);
    });

    describe("enqueue", () => {
      test("makes a queued job and asks for a worker", async () => {
        const newJob = aNewJob({ input: { rows: [1, "ä"] }, priority: 2, files: ["file_1"] });
        const { answers, kicks } = await bench.store.enqueue([newJob], NOW);
        const { runAt: _runAt, idempotency: _idempotency, ...given } = newJob;
        const job = {
          ...given,
          state: "queued",
          rank: NOW - 2_000,
          createdAt: NOW,
          updatedAt: NOW,
          startedAt: null,
          attempt: 1,
          losses: 0,
          slices: 0,
          commits: 0,
          commands: 6,
          checkpoint: EMPTY_CHECKPOINT,
          percent: 0,
          last: null,
        };
        expect(answers).toEqual([{ kind: "added", job }]);
        expect(kicks).toEqual([{ queue: "tests", nonce: "n1", delayMs: 0 }]);
        expect(await bench.store.get(newJob.id)).toEqual({ rev: 1, job });
      });

      test("keeps the order of one call, over more jobs than one write takes", async () => {
        const jobs = Array.from({ length: 250 }, () => aNewJob());
        jobs.reverse(); // their ids sort the other way round
        const { answers, kicks } = await bench.store.enqueue(jobs, NOW);
        expect(answers.map(({ kind }) => kind)).toEqual(jobs.map(() => "added"));
        expect(await bench.line()).toEqual(jobs.map(({ id }) => id));
        expect(kicks).toEqual([{ queue: "tests", nonce: "n1", delayMs: 0 }]);
      });

      test("lets jobs with priority pass those that came up to so many seconds before", async () => {
        const late = await bench.enqueue();
        bench.pass(5_000);
        const [eager, patient] = [await bench.enqueue({ priority: 6 }), await bench.enqueue({ priority: 4 })];
        expect(await bench.line()).toEqual([eager.id, late.id, patient.id]);
      });

      test("asks for one worker until one has come, or the kick must be taken for lost", async () => {
        expect((await bench.enqueue()).kicks).toHaveLength(1);
        bench.pass(14_999);
        expect((await bench.enqueue()).kicks).toEqual([]);
        expect((await bench.enqueue({ queue: "mails" })).kicks).toEqual([{ queue: "mails", nonce: "n3", delayMs: 0 }]);
        bench.pass(1);
        expect((await bench.enqueue()).kicks).toEqual([{ queue: "tests", nonce: "n4", delayMs: 0 }]);
        await bench.claim();
        expect((await bench.enqueue()).kicks).toEqual([{ queue: "tests", nonce: "n5", delayMs: 0 }]);
      });

      test("asks for a worker at the time of a job that is due later, once for jobs of one second", async () => {
        const runAts = [NOW + 5_000, NOW + 4_001, NOW + 5_001];
        const { answers, kicks } = await bench.store.enqueue(
          runAts.map((runAt) => aNewJob({ runAt })),
          NOW,
        );
        expect(answers.map(({ job }) => job?.state)).toEqual(["scheduled", "scheduled", "scheduled"]);
        expect(kicks).toEqual([
          { queue: "tests", nonce: `at-${NOW / 1_000 + 5}`, delayMs: 5_000 },
          { queue: "tests", nonce: `at-${NOW / 1_000 + 6}`, delayMs: 6_000 },
        ]);
        expect(await bench.line()).toEqual([]);
      });

      test("knows a job that is enqueued twice, in one call or in two", async () => {
        const newJob = aNewJob();
        const once = await bench.store.enqueue([newJob, newJob], NOW);
        expect(once.answers.map(({ kind }) => kind)).toEqual(["added", "existing"]);
        const again = await bench.store.enqueue([newJob, aNewJob()], NOW + 1);
        expect(again.answers.map(({ kind }) => kind)).toEqual(["existing", "added"]);
        expect(again.answers[0]).toEqual({ kind: "existing", job: once.answers[0]?.job });
        expect(await bench.line()).toHaveLength(2);
      });

      test("makes no second job with a unique key while one is unfinished, per owner and job name", async () => {
        const unique = { uniqueKey: "a:b" };
        const first = await bench.enqueue(unique);
        expect(await bench.enqueue(unique)).toMatchObject({ id: first.id, answer: { kind: "existing" }, kicks: [] });
        expect((await bench.enqueue({ ...unique, owner: "bob" })).answer.kind).toBe("added");
        expect((await bench.enqueue({ ...unique, name: "tests.other" })).answer.kind).toBe("added");
        expect((await bench.enqueue({ owner: "ada:tests.work", name: "a", uniqueKey: "b" })).answer.kind).toBe("added");
        await bench.control(first.id, "cancel");
        expect((await bench.enqueue(unique)).answer.kind).toBe("added");
      });

      test("answers a repeated request with its job, and another one with the same key with a conflict", async () => {
        const ask = (fingerprint: string, owner = "ada") =>
          bench.enqueue({ owner, idempotency: { key: "k", fingerprint } });
        const first = await ask("f");
        expect(await ask("f")).toMatchObject({ id: first.id, answer: { kind: "existing" } });
        expect((await ask("g")).answer).toEqual({ kind: "conflict", job: first.answer.job });
        expect((await ask("g", "bob")).answer.kind).toBe("added");
        const held = await bench.claimOne();
        await bench.settle(held, DONE);
        expect(await ask("f")).toMatchObject({ id: first.id, answer: { kind: "existing" } });
      });

      test("answers a repeated request with the unique job that the first one found", async () => {
        const { id } = await bench.enqueue({ uniqueKey: "u" });
        const ask = () => bench.enqueue({ uniqueKey: "u", idempotency: { key: "k", fingerprint: "f" } });
        expect((await ask()).id).toBe(id);
        await bench.control(id, "cancel");
        expect(await ask()).toMatchObject({ id, answer: { kind: "existing" } });
      });

      test("makes a job anew for a repeated request whose job is forgotten", async () => {
        const ask = () => bench.enqueue({ idempotency: { key: "k", fingerprint: "f" } });
        const { id } = await ask();
        const cancelled = await bench.control(id, "cancel");
        await bench.store.forget(cancelled?.job as FinishedJob);
        expect((await ask()).answer.kind).toBe("added");
      });

      test("gives one of many that race for a unique key the job", async () => {
        const racers = await Promise.all(Array.from({ length: 10 }, () => bench.enqueue({ uniqueKey: "u" })));
        expect(racers.filter(({ answer }) => answer.kind === "added")).toHaveLength(1);
        expect(new Set(racers.map(({ id }) => id)).size).toBe(1);
      });
    });

    describe("claim", () => {
      test("gives jobs as they were enqueued to one worker", async () => {
        const { id, answer } = await bench.enqueue();
        bench.pass(1_000);
        const { held, isEmpty } = await bench.claim();
        const { rank: _rank, ...facts } = answer.job as { rank: number };
        const job = {
          ...facts,
          state: "running",
          token: "w1",
          leasedUntil: NOW + 1_000 + LEASE_MS,
          stop: null,
          startedAt: NOW + 1_000,
          updatedAt: NOW + 1_000,
          slices: 1,
          commands: 14,
        };
        expect({ held, isEmpty }).toEqual({ held: [{ rev: 2, job }], isEmpty: true });
        expect(await bench.store.get(id)).toEqual({ rev: 2, job });
        expect(await bench.claim({ token: "w2" })).toEqual({ held: [], isEmpty: true });
      });

      test("takes no more than asked for, and says that some are left", async () => {
        await bench.store.enqueue(
          Array.from({ length: 3 }, () => aNewJob()),
          NOW,
        );
        expect(await bench.claim({ limit: 2 })).toMatchObject({ held: [{}, {}], isEmpty: false });
        expect(await bench.claim({ limit: 2 })).toMatchObject({ held: [{}], isEmpty: true });
      });

      test("never gives one job to two workers", async () => {
        await bench.store.enqueue(
          Array.from({ length: 20 }, () => aNewJob()),
          NOW,
        );
        const claims = await Promise.all(["w1", "w2", "w3"].map((token) => bench.claim({ token, limit: 20 })));
        const ids = claims.flatMap(({ held }) => held.map(({ job }) => job.id));
        expect(new Set(ids).size).toBe(20);
        expect(ids).toHaveLength(20);
      });

      test("leaves other queues alone", async () => {
        await bench.enqueue({ queue: "mails" });
        expect(await bench.claim()).toEqual({ held: [], isEmpty: true });
      });

      test("lets no more run at once than the queue may", async () => {
        await bench.store.enqueue(
          Array.from({ length: 5 }, () => aNewJob()),
          NOW,
        );
        const first = await bench.claim({ concurrency: 2 });
        expect(first).toMatchObject({ held: [{}, {}], isEmpty: false });
        expect(await bench.claim({ concurrency: 2 })).toEqual({ held: [], isEmpty: false });
        const [held] = first.held;
        if (held) await bench.settle(held, DONE);
        expect((await bench.claim({ concurrency: 2 })).held).toHaveLength(1);
      });

      test("takes the candidates that it is given, as far as they are still there", async () => {
        const [a, b, c] = [await bench.enqueue(), await bench.enqueue(), await bench.enqueue()];
        await bench.claim({ limit: 1 });
        const { held } = await bench.claim({ token: "w2", candidates: [a.id, c.id, aJobId()] });
        expect(held.map(({ job }) => job.id)).toEqual([c.id]);
        expect(await bench.line()).toEqual([b.id]);
        expect(await bench.claim({ candidates: [] })).toEqual({ held: [], isEmpty: true });
      });
    });

    describe("commit", () => {
      test("saves what was reached and renews the lease", async () => {
        await bench.enqueue();
        const held = await bench.claimOne();
        bench.pass(10_000);
        const leasedUntil = bench.now() + LEASE_MS;
        const answer = await bench.store.commit(held, { reached: aReached(4), leasedUntil, now: bench.now() });
        const job = {
          ...held.job,
          checkpoint: aCheckpoint(4),
          percent: 40,
          leasedUntil,
          commits: 1,
          updatedAt: bench.now(),
          commands: 18,
        };
        expect(answer).toEqual({ kind: "continue", held: { rev: 3, job } });
        expect(await bench.store.get(held.job.id)).toEqual({ rev: 3, job });
        bench.pass(LEASE_MS - 1);
        expect((await bench.tend()).rescued).toBe(0);
        bench.pass(1);
        expect((await bench.tend()).rescued).toBe(1);
      });

      test("is written once and answered alike when it is sent twice", async () => {
        await bench.enqueue();
        const held = await bench.claimOne();
        const commit = { reached: aReached(4), leasedUntil: NOW + 2 * LEASE_MS, now: NOW };
        const first = await bench.store.commit(held, commit);
        expect(await bench.store.commit(held, commit)).toEqual(first);
      });

      test("goes through after a heartbeat that its worker did not hear back from", async () => {
        await bench.enqueue();
        const held = await bench.claimOne();
        await bench.store.commit(held, { reached: null, leasedUntil: NOW + 40_000, now: NOW });
        const answer = await bench.store.commit(held, { reached: aReached(2), leasedUntil: NOW + 50_000, now: NOW });
        expect(answer).toMatchObject({ kind: "continue", held: { rev: 4, job: { commits: 1, percent: 20 } } });
      });

      test.each(["cancel", "pause"] as const)("says %s after that was asked for, and is still saved", async (verb) => {
        const { id } = await bench.enqueue();
        const held = await bench.claimOne();
        expect(await bench.control(id, verb)).toMatchObject({ kind: "done", job: { state: "running", stop: verb } });
        const commit = { reached: aReached(3), leasedUntil: NOW + LEASE_MS, now: NOW };
        expect(await bench.store.commit(held, commit)).toMatchObject({ kind: verb, held: { job: { percent: 30 } } });
      });

      test("is lost once the job was rescued, once another worker has it, and once it is gone", async () => {
        const { id } = await bench.enqueue();
        const held = await bench.claimOne();
        const commit = { reached: aReached(3), leasedUntil: NOW + HOUR_MS, now: NOW };
        bench.pass(LEASE_MS);
        await bench.tend();
        expect(await bench.store.commit(held, commit)).toEqual({ kind: "lost" });
        const other = await bench.claimOne({ token: "w2" });
        expect(await bench.store.commit(held, commit)).toEqual({ kind: "lost" });
        expect((await bench.store.get(id))?.job).toEqual(other.job);
        const { jobs } = await bench.settle(other, DONE);
        await bench.store.forget(jobs[0] as FinishedJob);
        expect(await bench.store.commit(held, commit)).toEqual({ kind: "lost" });
      });
    });

    describe("settle", () => {
      test("ends a job, with its output and its event, and keeps it for a while", async () => {
        const { id } = await bench.enqueue();
        const held = await bench.claimOne();
        bench.pass(1_000);
        const settled = await bench.store.settle(
          "tests",
          [{ held, outcome: DONE, reached: aReached(9) }],
          bench.now(),
          5,
        );
        const { token: _token, leasedUntil: _leasedUntil, stop: _stop, ...facts } = held.job;
        const job = {
          ...facts,
          state: "completed",
          checkpoint: aCheckpoint(9),
          percent: 100,
          output: { value: "done" },
          finishedAt: bench.now(),
          updatedAt: bench.now(),
          expiresAt: bench.now() + RETENTION.completedMs,
          last: { token: "w1", answer: "settled" },
          commands: 20,
        } as FinishedJob;
        expect(settled).toEqual({ jobs: [job], candidates: [], kicks: [] });
        expect(await bench.store.get(id)).toEqual({ rev: 3, job });
        expect((await bench.tend()).events).toEqual([eventOf(job)]);
      });

      test("answers alike when it is sent twice, and tells one event", async () => {
        await bench.enqueue();
        const held = await bench.claimOne();
        const first = await bench.settle(held, BROKEN);
        expect(first.jobs).toMatchObject([{ state: "failed", error: { code: "broken" } }]);
        expect((await bench.settle(held, BROKEN)).jobs).toEqual(first.jobs);
        expect((await bench.tend()).events).toHaveLength(1);
        expect(await bench.store.counts(["tests"])).toEqual([
          { queue: "tests", queued: 0, running: 0, oldestAt: null },
        ]);
      });

      test("answers the next candidates, and each job in its place", async () => {
        const jobs = Array.from({ length: 4 }, () => aNewJob());
        await bench.store.enqueue(jobs, NOW);
        const { held } = await bench.claim({ limit: 2 });
        const settlements = held.map((job) => ({ held: job, outcome: DONE, reached: aReached(1) }));
        const settled = await bench.store.settle("tests", settlements, NOW, 1);
        expect(settled.jobs.map((job) => job?.id)).toEqual(held.map(({ job }) => job.id));
        expect(settled.candidates).toEqual([jobs[2]?.id]);
      });

      test("tries again later, until the attempts are used up", async () => {
        const { id } = await bench.enqueue({ maxAttempts: 2 });
        const threw = { kind: "threw", error: { code: "down", message: "Down." }, retryInMs: 2_000 } as const;
        const { jobs, kicks } = await bench.settle(await bench.claimOne(), threw);
        expect(jobs).toMatchObject([{ state: "retrying", attempt: 2, runAt: NOW + 2_000, error: { code: "down" } }]);
        expect(kicks).toEqual([{ queue: "tests", nonce: `at-${NOW / 1_000 + 2}`, delayMs: 2_000 }]);
        bench.pass(1_999);
        expect((await bench.tend()).promoted).toBe(0);
        bench.pass(1);
        expect((await bench.tend()).promoted).toBe(1);
        expect((await bench.settle(await bench.claimOne(), threw)).jobs).toMatchObject([{ id, state: "failed" }]);
      });

      test("puts an interrupted job in front of those never begun, and asks for a worker", async () => {
        const [first, second] = [await bench.enqueue(), await bench.enqueue()];
        const held = await bench.claimOne();
        const { jobs, kicks } = await bench.settle(held, { kind: "interrupted" }, aReached(5));
        expect(jobs).toMatchObject([{ state: "queued", percent: 50, checkpoint: aCheckpoint(5) }]);
        expect(kicks).toHaveLength(1);
        expect(await bench.line()).toEqual([first.id, second.id]);
      });

      test("obeys a stop that was asked for in between", async () => {
        const { id } = await bench.enqueue();
        const held = await bench.claimOne();
        await bench.control(id, "pause");
        const { jobs } = await bench.settle(held, { kind: "waiting", delayMs: 60_000 }, aReached(5));
        expect(jobs).toMatchObject([{ state: "paused", percent: 50, from: { state: "waiting", runAt: NOW + 60_000 } }]);
      });

      test("is lost once another worker holds the job", async () => {
        const { id } = await bench.enqueue();
        const held = await bench.claimOne();
        bench.pass(LEASE_MS);
        await bench.tend();
        expect((await bench.settle(held, DONE)).jobs).toEqual([null]);
        const other = await bench.claimOne({ token: "w2" });
        expect((await bench.settle(held, DONE)).jobs).toEqual([null]);
        expect((await bench.store.get(id))?.job).toEqual(other.job);
      });
    });

    describe("control", () => {
      test("knows no job of another owner", async () => {
        const { id } = await bench.enqueue();
        expect(await bench.control(id, "cancel", "bob")).toBeNull();
        expect(await bench.control(aJobId(), "cancel")).toBeNull();
        expect(await bench.stateOf(id)).toBe("queued");
      });

      test("cancels a queued job at once, and refuses to do it again", async () => {
        const { id } = await bench.enqueue();
        expect(await bench.control(id, "cancel")).toMatchObject({
          kind: "done",
          job: { state: "cancelled" },
          kicks: [],
        });
        expect(await bench.control(id, "cancel")).toMatchObject({ kind: "refused", job: { state: "cancelled" } });
        expect(await bench.line()).toEqual([]);
        expect((await bench.tend()).events).toMatchObject([{ jobId: id, state: "cancelled" }]);
      });

      test("pauses a scheduled job and lets it return to its time", async () => {
        const { id } = await bench.enqueue({ runAt: NOW + 5_000 });
        await bench.control(id, "pause");
        expect(await bench.control(id, "resume")).toMatchObject({ job: { state: "scheduled", runAt: NOW + 5_000 } });
        await bench.control(id, "pause");
        bench.pass(5_000);
        expect((await bench.tend()).promoted).toBe(0);
        expect(await bench.control(id, "resume")).toMatchObject({ job: { state: "queued" }, kicks: [{ delayMs: 0 }] });
        expect(await bench.line()).toEqual([id]);
      });

      test("takes a pause back before the worker has heard of it", async () => {
        const { id } = await bench.enqueue();
        const held = await bench.claimOne();
        await bench.control(id, "pause");
        await bench.control(id, "resume");
        const commit = { reached: aReached(1), leasedUntil: NOW + LEASE_MS, now: NOW };
        expect((await bench.store.commit(held, commit)).kind).toBe("continue");
      });

      test.each([
        ["retry", aCheckpoint(6), 60],
        ["restart", EMPTY_CHECKPOINT, 0],
      ] as const)("lets a failed job %s", async (verb, checkpoint, percent) => {
        const { id } = await bench.enqueue();
        expect(await bench.control(id, verb)).toMatchObject({ kind: "refused" });
        await bench.settle(await bench.claimOne(), BROKEN, aReached(6));
        const answer = await bench.control(id, verb);
        expect(answer).toMatchObject({ kind: "done", job: { state: "queued", attempt: 1, checkpoint, percent } });
        bench.pass(RETENTION.failedMs);
        expect((await bench.tend()).expired).toEqual([]);
        expect((await bench.claim()).held).toMatchObject([{ job: { id, checkpoint } }]);
      });

      test("ends the time of a finished job, which nobody can retry then, and tells its end once", async () => {
        const { id } = await bench.enqueue();
        expect(await bench.control(id, "expire")).toMatchObject({ kind: "refused" });
        await bench.settle(await bench.claimOne(), BROKEN);
        const { events } = await bench.tend();
        await bench.store.acknowledge(events);
        expect(await bench.control(id, "expire")).toMatchObject({ kind: "done", job: { expiresAt: NOW } });
        expect(await bench.control(id, "retry")).toMatchObject({ kind: "refused" });
        expect(await bench.tend()).toMatchObject({ expired: [{ id }], events: [] });
      });

      test("refuses to bring a job back whose unique key another one holds by now", async () => {
        const { id } = await bench.enqueue({ uniqueKey: "u" });
        await bench.control(id, "cancel");
        const other = await bench.enqueue({ uniqueKey: "u" });
        expect(await bench.control(id, "retry")).toMatchObject({ kind: "refused", job: { state: "cancelled" } });
        await bench.control(other.id, "cancel");
        expect(await bench.control(id, "retry")).toMatchObject({ kind: "done", job: { state: "queued" } });
        expect((await bench.enqueue({ uniqueKey: "u" })).id).toBe(id);
      });
    });

    describe("jobs that share a concurrency key", () => {
      const keyed = { concurrencyKey: "savings" };

      test("run one after the other, in their order", async () => {
        const jobs = Array.from({ length: 3 }, () => aNewJob(keyed));
        await bench.store.enqueue(jobs, NOW);
        const ran: string[] = [];
        for (let held = (await bench.claim()).held; held.length > 0; held = (await bench.claim()).held) {
          expect(held).toHaveLength(1);
          for (const one of held) {
            ran.push(one.job.id);
            await bench.settle(one, DONE);
          }
        }
        expect(ran).toEqual(jobs.map(({ id }) => id));
      });

      test("count as queued while they stand behind", async () => {
        await bench.enqueue(keyed);
        bench.pass(1_000);
        await bench.enqueue(keyed);
        expect(await bench.store.counts(["tests", "mails"])).toEqual([
          { queue: "tests", queued: 2, running: 0, oldestAt: NOW },
          { queue: "mails", queued: 0, running: 0, oldestAt: null },
        ]);
      });

      test("wait for one that is interrupted, retried, put off or paused", async () => {
        const [first, second] = [await bench.enqueue(keyed), await bench.enqueue(keyed)];
        await bench.settle(await bench.claimOne(), { kind: "interrupted" });
        expect(await bench.line()).toEqual([first.id]);
        await bench.settle(await bench.claimOne(), { kind: "waiting", delayMs: 1_000 });
        expect(await bench.line()).toEqual([]);
        await bench.control(first.id, "pause");
        expect(await bench.line()).toEqual([]);
        const answer = await bench.control(first.id, "cancel");
        expect(answer).toMatchObject({ kind: "done", kicks: [{ queue: "tests" }] });
        expect(await bench.line()).toEqual([second.id]);
      });

      test("do not wait for those of another owner, name or key", async () => {
        const others = [{ owner: "bob" }, { name: "tests.other" }, { concurrencyKey: "current" }];
        for (const other of [{}, ...others]) await bench.enqueue({ ...keyed, ...other });
        expect((await bench.claim()).held).toHaveLength(4);
      });

      test("close up when one of them is cancelled or paused while it stands behind", async () => {
        const [first, second, third, fourth] = [
          await bench.enqueue(keyed),
          await bench.enqueue(keyed),
          await bench.enqueue(keyed),
          await bench.enqueue(keyed),
        ];
        await bench.control(second.id, "cancel");
        await bench.control(third.id, "pause");
        const { kicks } = await bench.settle(await bench.claimOne(), DONE);
        expect(kicks).toHaveLength(1);
        expect(await bench.line()).toEqual([fourth.id]);
        await bench.control(third.id, "resume");
        expect(await bench.line()).toEqual([fourth.id]);
        await bench.settle(await bench.claimOne(), BROKEN);
        expect(await bench.line()).toEqual([third.id]);
        expect(await bench.stateOf(first.id)).toBe("completed");
      });

      test("take their turn when they become due, and when they are retried", async () => {
        const scheduled = await bench.enqueue({ ...keyed, runAt: NOW + 1_000 });
        const running = await bench.enqueue(keyed);
        const held = await bench.claimOne();
        bench.pass(1_000);
        expect((await bench.tend()).promoted).toBe(1);
        expect(await bench.line()).toEqual([]);
        await bench.settle(held, BROKEN);
        await bench.control(running.id, "retry");
        expect(await bench.line()).toEqual([scheduled.id]);
        await bench.settle(await bench.claimOne(), DONE);
        expect(await bench.line()).toEqual([running.id]);
      });

      test("leave a lane once, though a worker gives one job back twice, as it was lost and as it is", async () => {
        const { id } = await bench.enqueue(keyed);
        const lost = await bench.claimOne();
        bench.pass(LEASE_MS);
        await bench.tend();
        const held = await bench.claimOne({ token: "w2" });
        const settlements = [lost, held].map((one) => ({ held: one, outcome: DONE, reached: aReached(1) }));
        const { jobs } = await bench.store.settle("tests", settlements, bench.now(), 0);
        expect(jobs).toMatchObject([null, { id, state: "completed" }]);
        const next = await bench.enqueue(keyed);
        expect(await bench.line()).toEqual([next.id]);
      });

      test("let the oldest go first, also one that becomes due at the moment the lane is left", async () => {
        const oldest = await bench.enqueue({ ...keyed, runAt: NOW + MAX_LOSSES * LEASE_MS - 1 });
        bench.pass(1);
        await bench.enqueue({ ...keyed, priority: 1 });
        await bench.enqueue(keyed);
        for (let loss = 0; loss < MAX_LOSSES; loss += 1) {
          await bench.claimOne();
          bench.pass(LEASE_MS);
          await bench.tend();
        }
        expect(await bench.line()).toEqual([oldest.id]);
      });

      test("all get their turn when they come and go at once", async () => {
        await Promise.all(Array.from({ length: 12 }, () => bench.enqueue(keyed)));
        let count = 0;
        for (let held = (await bench.claim()).held; held.length > 0; held = (await bench.claim()).held) {
          expect(held).toHaveLength(1);
          const joining = count < 3 ? bench.enqueue(keyed) : null;
          await Promise.all([...held.map((one) => bench.settle(one, DONE)), joining]);
          count += 1;
        }
        expect(count).toBe(15);
      });

      test("are listed as completed in that order, until they are forgotten", async () => {
        const ids = [];
        for (const outcome of [DONE, BROKEN, DONE]) {
          ids.push((await bench.enqueue(keyed)).id);
          await bench.settle(await bench.claimOne(), outcome);
          bench.pass(1);
        }
        const done = await bench.store.completed("ada", "tests.work", "savings");
        expect(done.map(({ id }) => id)).toEqual([ids[0], ids[2]]);
        for (const job of done.slice(0, 1)) await bench.store.forget(job);
        expect(await bench.store.completed("ada", "tests.work", "savings")).toEqual(done.slice(1));
        expect(await bench.store.completed("bob", "tests.work", "savings")).toEqual([]);
      });
    });

    describe("tend", () => {
      const IDLE = { promoted: 0, rescued: 0, kicks: [], expired: [], events: [], hasMore: false };

      test("has nothing to do for jobs that run or wait in line", async () => {
        await bench.enqueue();
        await bench.enqueue();
        await bench.claimOne();
        expect(await bench.tend()).toEqual(IDLE);
      });

      test("promotes what is due, at most so many, and asks for a worker once", async () => {
        await bench.store.enqueue(
          [3, 1, 2].map((s) => aNewJob({ runAt: NOW + s * 1_000 })),
          NOW,
        );
        bench.pass(2_000);
        expect(await bench.tend(1)).toMatchObject({ promoted: 1, kicks: [{ queue: "tests" }], hasMore: true });
        expect(await bench.tend(9)).toMatchObject({ promoted: 1, kicks: [], hasMore: false });
        expect(await bench.line()).toHaveLength(2);
      });

      test("rescues a job from a worker that is gone, with its checkpoint", async () => {
        const { id } = await bench.enqueue();
        const held = await bench.claimOne();
        await bench.store.commit(held, { reached: aReached(5), leasedUntil: NOW + LEASE_MS, now: NOW });
        bench.pass(LEASE_MS);
        expect(await bench.tend()).toMatchObject({ rescued: 1, kicks: [{ queue: "tests" }] });
        expect((await bench.store.get(id))?.job).toMatchObject({
          state: "queued",
          losses: 1,
          checkpoint: aCheckpoint(5),
        });
        expect((await bench.tend()).rescued).toBe(0);
      });

      test("fails a job that takes every worker with it", async () => {
        const { id } = await bench.enqueue();
        for (let loss = 0; loss < MAX_LOSSES; loss += 1) {
          await bench.claimOne();
          bench.pass(LEASE_MS);
          await bench.tend();
        }
        expect((await bench.store.get(id))?.job).toMatchObject({ state: "failed", error: { code: "worker_lost" } });
        expect((await bench.tend()).events).toMatchObject([{ jobId: id, state: "failed" }]);
      });

      test("answers events until they are acknowledged", async () => {
        const { id } = await bench.enqueue();
        await bench.control(id, "cancel");
        const { events } = await bench.tend();
        expect(events).toEqual([{ id: `cancelled:${NOW}:${id}`, jobId: id, state: "cancelled", at: NOW }]);
        expect((await bench.tend()).events).toEqual(events);
        await bench.store.acknowledge(events);
        await bench.store.acknowledge([]);
        expect(await bench.tend()).toEqual(IDLE);
      });

      test("answers finished jobs whose time is over until they are forgotten", async () => {
        await bench.enqueue();
        const { jobs } = await bench.settle(await bench.claimOne(), DONE);
        await bench.store.acknowledge((await bench.tend()).events);
        bench.pass(RETENTION.completedMs - 1);
        expect((await bench.tend()).expired).toEqual([]);
        bench.pass(1);
        expect((await bench.tend()).expired).toEqual(jobs);
        expect(await bench.store.forget(jobs[0] as FinishedJob)).toBe(true);
        expect(await bench.tend()).toEqual(IDLE);
      });

      test("finds due jobs behind events that nobody takes", async () => {
        const { id } = await bench.enqueue({ runAt: NOW + 1_000 });
        for (let i = 0; i < 5; i += 1) await bench.control((await bench.enqueue()).id, "cancel");
        bench.pass(1_000);
        expect(await bench.tend(2)).toMatchObject({ promoted: 1 });
        expect(await bench.line()).toEqual([id]);
      });

      test("kicks again where a kick was lost, or a worker died between two claims", async () => {
        await bench.enqueue();
        await bench.enqueue();
        bench.pass(15_000);
        expect((await bench.tend()).kicks).toMatchObject([{ queue: "tests", delayMs: 0 }]);
        expect((await bench.tend()).kicks).toEqual([]);
        await bench.settle(await bench.claimOne(), DONE);
        bench.pass(LEASE_MS);
        expect((await bench.tend()).kicks).toMatchObject([{ queue: "tests", delayMs: 0 }]);
      });

      test("stops looking after a queue that is empty", async () => {
        await bench.enqueue();
        await bench.store.acknowledge([]);
        const { jobs } = await bench.settle(await bench.claimOne(), DONE);
        await bench.store.acknowledge((await bench.tend()).events);
        bench.pass(LEASE_MS);
        expect(await bench.tend()).toEqual(IDLE);
        expect(await ledger.range({ set: "due", limit: 9 })).toEqual([
          { member: `job:${jobs[0]?.id}`, score: NOW + RETENTION.completedMs },
        ]);
      });
    });

    test("kick asks for a worker for each queue, unless one is asked for already", async () => {
      await bench.enqueue();
      const kicks = await bench.store.kick(["tests", "mails", "mails"], NOW);
      expect(kicks.map(({ queue }) => queue)).toEqual(["mails"]);
      expect(await bench.store.kick([], NOW)).toEqual([]);
    });

    describe("rescueAll", () => {
      test("takes all jobs from a worker known to be gone, and lets the next tend kick", async () => {
        await bench.store.enqueue([aNewJob(), aNewJob(), aNewJob(), aNewJob({ runAt: NOW + HOUR_MS })], NOW);
        await bench.claim({ limit: 2 });
        expect(await bench.store.rescueAll(NOW)).toBe(2);
        expect(await bench.line()).toHaveLength(3);
        expect((await bench.tend()).kicks).toMatchObject([{ queue: "tests", delayMs: 0 }]);
        expect(await bench.store.rescueAll(NOW)).toBe(0);
      });
    });

    describe("forget", () => {
      test("removes a finished job for good, also when it is asked twice", async () => {
        const { id } = await bench.enqueue();
        const answer = await bench.control(id, "cancel");
        const job = answer?.job as FinishedJob;
        expect(await bench.store.forget(job)).toBe(true);
        expect(await bench.store.forget(job)).toBe(true);
        expect(await bench.store.get(id)).toBeNull();
        expect(await bench.store.list("ada", { cursor: null, limit: 9 })).toEqual({ jobs: [], cursor: null });
      });

      test("leaves a job that has moved on since", async () => {
        const { id } = await bench.enqueue();
        const answer = await bench.control(id, "cancel");
        await bench.control(id, "retry");
        expect(await bench.store.forget(answer?.job as FinishedJob)).toBe(false);
        bench.pass(1);
        await bench.control(id, "cancel");
        expect(await bench.store.forget(answer?.job as FinishedJob)).toBe(false);
        expect(await bench.stateOf(id)).toBe("cancelled");
      });
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

    test("ranks by age, with a head start for priority", () => {
      expect(rankOf({ createdAt: NOW, priority: 3 })).toBe(NOW - 3_000);
    });
  });
}
