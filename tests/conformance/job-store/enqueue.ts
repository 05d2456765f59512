import { beforeEach, describe, expect, test } from "vitest";
import { EMPTY_CHECKPOINT } from "@/lib/core/checkpoint";
import type { FinishedJob } from "@/lib/core/job";
import { NO_WAKES } from "@/lib/core/wake";
import { aNewJob, NOW } from "@/tests/support/builders";
import { DONE, type JobBench } from "@/tests/support/job-bench";

/** Part of the suite for the job store; `current` answers the bench of the running test. */
export function describeEnqueue(current: () => JobBench) {
  let bench: JobBench;
  beforeEach(() => {
    bench = current();
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
        limits: null,
        begunAttempt: 0,
        attemptRanMs: 0,
        endsBy: null,
        replacedBy: null,
        last: null,
        retries: 0,
        parent: null,
        wakes: NO_WAKES,
      };
      expect(answers).toEqual([{ kind: "added", job }]);
      expect(kicks).toEqual([{ queue: "tests", nonce: "n1", delayMs: 0 }]);
      expect(await bench.store.get(newJob.id)).toEqual({ rev: job.createdAt, job });
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
      await bench.store.forget(cancelled?.job as FinishedJob, bench.now());
      expect((await ask()).answer.kind).toBe("added");
    });

    test("gives one of many that race for a unique key the job", async () => {
      const racers = await Promise.all(Array.from({ length: 10 }, () => bench.enqueue({ uniqueKey: "u" })));
      expect(racers.filter(({ answer }) => answer.kind === "added")).toHaveLength(1);
      expect(new Set(racers.map(({ id }) => id)).size).toBe(1);
    });
  });
}
