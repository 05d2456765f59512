import { describe, expect, test, vi } from "vitest";
import type { RunningJob } from "@/lib/core/job";
import type { Commit, CommitAnswer, HeldJob } from "@/lib/core/job-store";
import type { Step } from "@/lib/core/stage";
import * as machine from "@/lib/core/state-machine";
import { createMemoryFiles } from "@/lib/testing/memory-files";
import { createVirtualTime } from "@/lib/testing/virtual-time";
import { createCheckpointer } from "@/lib/worker/create-checkpointer";
import { createPendingRows } from "@/lib/worker/pending-rows";
import { aJob, LEASE_MS, NOW } from "@/tests/support/builders";
import { anEnd, aPoint, reached, STAGES } from "@/tests/support/steps";

function setUp({ job = aJob("running") as RunningJob } = {}) {
  const time = createVirtualTime();
  const files = createMemoryFiles();
  const commits: { held: HeldJob; commit: Commit }[] = [];
  let stops = 0;
  const bench = {
    /** What the store answers, and when. */
    answer: async (kind: CommitAnswer["kind"] = "continue") => kind,
    write: files.write,
  };
  const store = {
    async commit(held: HeldJob, commit: Commit): Promise<CommitAnswer> {
      commits.push({ held, commit });
      const kind = await bench.answer();
      if (kind === "lost") return { kind };
      const { reached, leasedUntil, now } = commit;
      const saved = reached
        ? machine.commit(held.job, { ...reached, leasedUntil, now })
        : machine.renew(held.job, { leasedUntil, now });
      return { kind, held: { rev: held.rev + 1, job: saved } };
    },
  };
  const rows = createPendingRows({
    files: { ...files, write: (name, bytes) => bench.write(name, bytes) },
    jobId: job.id,
    token: job.token,
  });
  const onStop = () => {
    stops += 1;
  };
  const deps = { store, rows, stages: STAGES, clock: time.clock, leaseMs: LEASE_MS, timeLimitAt: null, onStop };
  const checkpointer = createCheckpointer(deps, { rev: 7, job });
  /** Saves a step, and lets a commit that it has sent on its way arrive. */
  async function save(step: Step, isLast = false) {
    const answer = await checkpointer.save(step, { isLast });
    await checkpointer.landed();
    return answer;
  }
  /** What each commit had of the stage that counts; null for a heartbeat. */
  const saved = () =>
    commits.map(({ commit }) => {
      const record = commit.reached?.checkpoint.stages.count;
      return commit.reached && (record?.state === "running" ? record.cursor : record?.result);
    });
  return { ...time, bench, files, commits, checkpointer, save, saved, stops: () => stops };
}

describe("save", () => {
  test("commits the first safe point of a slice, then at most one a second", async () => {
    const { save, saved, pass } = setUp();
    for (let done = 1; done <= 9; done += 1) {
      expect(await save(aPoint(done))).toBe("continue");
      pass(300);
    }
    expect(saved()).toEqual([1, 5, 9]);
  });

  test("saves checkpoint, percent and lease, under the revision of the write before", async () => {
    const { save, commits, pass, checkpointer } = setUp();
    pass(500);
    await save(aPoint(2, [1, 2]));
    pass(1_000);
    await save(aPoint(4, [3]));
    const datasets = (parts: number, rows: number) => ({ numbers: [{ token: "w1", parts, rows }] });
    expect(commits.map(({ held, commit }) => ({ rev: held.rev, ...commit }))).toEqual([
      {
        rev: 7,
        leasedUntil: NOW + 500 + LEASE_MS,
        now: NOW + 500,
        reached: {
          checkpoint: { stages: { count: { ...reached(2), rate: 4 } }, datasets: datasets(1, 2) },
          percent: 20,
        },
      },
      {
        rev: 8,
        leasedUntil: NOW + 1_500 + LEASE_MS,
        now: NOW + 1_500,
        reached: {
          checkpoint: {
            stages: { count: { ...reached(4), rate: expect.closeTo(3.81, 2) } },
            datasets: datasets(2, 3),
          },
          percent: 40,
        },
      },
    ]);
    expect(checkpointer.held()).toMatchObject({ rev: 9, job: { commits: 2 } });
    expect(checkpointer.hasCommitted()).toBe(true);
  });

  test("commits sooner when 8 MiB of rows wait in memory", async () => {
    const { save, saved } = setUp();
    await save(aPoint(1));
    const step = { ...aPoint(2), emitted: [{ dataset: "texts", rows: ["x".repeat(4 * 1024 * 1024)] }] };
    await save(step);
    await save({ ...step, record: reached(3) });
    await save(aPoint(4));
    expect(saved()).toEqual([1, 3]);
  });

  test("commits at the end of a stage, and where a slice stops", async () => {
    const { save, saved } = setUp();
    await save(aPoint(1));
    await save(aPoint(2), true);
    await save(anEnd("count", "counted"));
    expect(saved()).toEqual([1, 2, "counted"]);
  });

  test("leaves the end of the last stage to settling, unless the slice stops there or the job goes on after all", async () => {
    const first = setUp();
    expect(await first.save(anEnd("end"))).toBe("continue");
    expect(first.commits).toEqual([]);
    expect((await first.checkpointer.reach()).checkpoint.stages).toEqual({ end: { state: "done", result: "done" } });

    const stopped = setUp();
    await stopped.save(anEnd("end"), true);
    expect(stopped.commits).toHaveLength(1);

    const goesOn = setUp();
    await goesOn.save(aPoint(1));
    await goesOn.save(anEnd("end"));
    await goesOn.save(aPoint(2));
    await goesOn.save(aPoint(3));
    expect(goesOn.saved()).toEqual([1, 2]);
  });

  test("keeps the rate of the commit before where it measures none anew", async () => {
    const { save, commits, pass, checkpointer } = setUp();
    pass(1_000);
    await save(aPoint(2));
    await save(aPoint(4));
    expect(checkpointer.checkpoint().stages.count).toEqual({ ...reached(4), rate: 2 });
    expect(commits).toHaveLength(1);
  });

  test.each(["cancel", "pause"] as const)("stops the job and hurries it on when it should %s", async (kind) => {
    const { bench, save, stops } = setUp();
    bench.answer = async () => kind;
    expect(await save(aPoint(1))).toBe("stop");
    expect(stops()).toBe(1);
  });

  test("lets the job go on while a commit that is due is on its way, and sends no second one meanwhile", async () => {
    const { bench, checkpointer, saved, pass } = setUp();
    const save = (done: number, rows: number[] = []) => checkpointer.save(aPoint(done, rows), { isLast: false });
    await save(1);
    const arrived = Promise.withResolvers<void>();
    bench.answer = async (kind = "continue") => arrived.promise.then(() => kind);
    pass(1_000);
    expect([await save(2, [2]), await save(3, [3])]).toEqual(["continue", "continue"]);
    pass(1_000);
    const fourth = save(4, [4]);
    await vi.waitFor(() => expect(saved()).toEqual([1, 2]));
    arrived.resolve();
    expect(await fourth).toBe("continue");
    await checkpointer.landed();
    expect(saved()).toEqual([1, 2, 4]);
    expect(checkpointer.checkpoint().datasets).toEqual({ numbers: [{ token: "w1", parts: 2, rows: 3 }] });
  });

  test.each<[string, CommitAnswer["kind"], string]>([
    ["lost", "lost", "lost"],
    ["told to stop", "cancel", "stop"],
  ])("tells a job at its next safe point that it was %s by a commit on its way", async (_what, kind, expected) => {
    const { bench, save, pass } = setUp();
    await save(aPoint(1));
    bench.answer = async () => kind;
    pass(1_000);
    expect(await save(aPoint(2))).toBe("continue");
    expect(await save(aPoint(3))).toBe(expected);
  });

  test("throws at the next safe point what a commit on its way has failed with", async () => {
    const { bench, save, pass } = setUp();
    await save(aPoint(1));
    bench.answer = () => Promise.reject(new Error("out of reach"));
    pass(1_000);
    expect(await save(aPoint(2))).toBe("continue");
    await expect(save(aPoint(3))).rejects.toThrow("out of reach");
  });

  test("says when the job was lost, and counts nothing as committed", async () => {
    const { bench, save, stops, checkpointer } = setUp();
    bench.answer = async () => "lost";
    expect(await save(aPoint(1))).toBe("lost");
    expect([stops(), checkpointer.hasCommitted(), checkpointer.held().rev]).toEqual([1, false, 7]);
  });

  test("ends a job whose checkpoint has outgrown 256 KiB", async () => {
    const { save, commits } = setUp();
    await expect(save(anEnd("plan", "x".repeat(256 * 1024)))).rejects.toMatchObject({ code: "checkpoint_too_large" });
    expect(commits).toEqual([]);
  });

  test("ends a job whose result JSON cannot hold", async () => {
    const { save } = setUp();
    await expect(save(anEnd("plan", 1n as unknown as string))).rejects.toMatchObject({ code: "not_json" });
  });

  test("lets a job try again whose rows could not be written", async () => {
    const { bench, save, commits } = setUp();
    const cause = new Error("disk full");
    bench.write = () => Promise.reject(cause);
    await expect(save(aPoint(1, [1]))).rejects.toMatchObject({ name: "RetryableError", code: "storage_failed", cause });
    expect(commits).toEqual([]);
  });

  test("throws what the store throws", async () => {
    const { bench, save } = setUp();
    bench.answer = () => Promise.reject(new Error("store is down"));
    await expect(save(aPoint(1))).rejects.toThrow("store is down");
  });
});

describe("beat", () => {
  test("renews the lease when nothing else has for so long, and saves nothing", async () => {
    const { checkpointer, commits, pass } = setUp();
    pass(4_999);
    expect(await checkpointer.beat(5_000)).toBe("continue");
    expect(commits).toEqual([]);
    pass(1);
    expect(await checkpointer.beat(5_000)).toBe("continue");
    expect(commits.map(({ commit }) => commit)).toEqual([
      { reached: null, now: NOW + 5_000, leasedUntil: NOW + 5_000 + LEASE_MS },
    ]);
  });

  test("does not put off the next commit", async () => {
    const { checkpointer, save, saved, pass } = setUp();
    await save(aPoint(1));
    pass(9_900);
    await checkpointer.beat(5_000);
    pass(100);
    await save(aPoint(2));
    expect(saved()).toEqual([1, null, 2]);
  });

  test("waits for a commit under way, and shows the revision that this one got", async () => {
    const { bench, checkpointer, save, commits, pass } = setUp();
    const held = Promise.withResolvers<"continue">();
    bench.answer = () => held.promise;
    const saving = save(aPoint(1));
    pass(9_000);
    const beating = checkpointer.beat(5_000);
    await Promise.resolve();
    expect(commits).toHaveLength(1);
    held.resolve("continue");
    expect(await Promise.all([saving, beating])).toEqual(["continue", "continue"]);
    expect(commits.map(({ held: { rev } }) => rev)).toEqual([7, 8]);
  });

  test("goes on while a slow file store takes the rows", async () => {
    const { bench, files, checkpointer, save, saved, commits, pass } = setUp();
    const slow = Promise.withResolvers<void>();
    bench.write = async (name, bytes) => {
      await slow.promise;
      return files.write(name, bytes);
    };
    const saving = save(aPoint(1, [1]));
    pass(10_000);
    expect(await checkpointer.beat(5_000)).toBe("continue");
    slow.resolve();
    expect(await saving).toBe("continue");
    expect(saved()).toEqual([null, 1]);
    expect(commits.map(({ held: { rev } }) => rev)).toEqual([7, 8]);
  });

  test("hurries the job on when it was lost, and is not stopped by one that failed", async () => {
    const { bench, checkpointer, stops, pass } = setUp();
    pass(5_000);
    bench.answer = () => Promise.reject(new Error("store is down"));
    await expect(checkpointer.beat(5_000)).rejects.toThrow("store is down");
    bench.answer = async () => "lost";
    expect(await checkpointer.beat(5_000)).toBe("lost");
    expect(stops()).toBe(1);
  });
});
