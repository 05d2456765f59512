import { describe, expect, test } from "vitest";
import { EMPTY_CHECKPOINT } from "@/lib/core/checkpoint";
import { errorFingerprint } from "@/lib/core/error-fingerprint";
import { isFinished, JOB_STATES, Job, type JobIn, type JobState, type RunningJob } from "@/lib/core/job";
import {
  cancel,
  commit,
  expire,
  keepUntil,
  MAX_LOSSES,
  type Outcome,
  queue,
  rankOf,
  renew,
  replace,
  rescue,
  retry,
  settle,
} from "@/lib/core/state-machine";
import { pause, resume } from "@/lib/core/waiting";
import { aCheckpoint, aJob, aJobId, aReached, asItWas, LEASE_MS, NOW, RETENTION } from "@/tests/support/builders";

const LATER = NOW + 60_000;
const ERROR = { code: "down", message: "The provider is down." };
const at = { now: LATER, retention: RETENTION };
const DONE: Outcome = { kind: "completed", output: { value: 1 } };
const THREW: Outcome = { kind: "threw", error: ERROR, retryInMs: 2_000 };
const FATAL: Outcome = { kind: "threw", error: ERROR, retryInMs: null };
const WAITS: Outcome = { kind: "waiting", delayMs: 5_000 };
const INTERRUPTED: Outcome = { kind: "interrupted" };

/** What only some states have. */
const OF_ONE_STATE =
  "runAt waitFor rank token leasedUntil claimedAt isOverdue stop error from finishedAt expiresAt output fingerprint".split(
    " ",
  );

/** A job in a state with exactly the fields of that state, from another one's facts. */
function become<State extends JobState>(job: Job, state: State, fields: object): Job {
  const facts = Object.entries(job).filter(([name]) => !OF_ONE_STATE.includes(name));
  return { ...Object.fromEntries(facts), updatedAt: LATER, ...fields, state } as Job; // the cases below name the fields
}

const end = (keptMs = RETENTION.completedMs) => ({ finishedAt: LATER, expiresAt: LATER + keptMs });
const last = { token: "w1", answer: "settled" };
const settled = (job: RunningJob, outcome: Outcome, done = 4) => settle(job, outcome, aReached(done), at);
const reached = { checkpoint: aCheckpoint(4), percent: 40, last };

describe("a job", () => {
  test.each(JOB_STATES)("that is %s parses, and is unchanged by it", (state) => {
    const job = aJob(state);
    expect(Job.parse(JSON.parse(JSON.stringify(job)))).toEqual(job);
  });

  test("is finished once it has completed, failed or was cancelled", () => {
    expect(JOB_STATES.filter((state) => isFinished(aJob(state)))).toEqual(["completed", "failed", "cancelled"]);
  });
});

describe("rankOf", () => {
  test("is a job's age, with a head start of a second for each point of priority", () => {
    expect(rankOf({ createdAt: NOW, priority: 0 })).toBe(NOW);
    expect(rankOf({ createdAt: NOW, priority: 3 })).toBe(NOW - 3_000);
    expect(rankOf({ createdAt: NOW, priority: -3 })).toBe(NOW + 3_000);
  });
});

describe("queue", () => {
  test.each(JOB_STATES)("takes everything off a %s job that only that state means", (state) => {
    const job = aJob(state, { priority: 2 });
    expect(queue(job, LATER)).toEqual(become(job, "queued", { rank: NOW - 2_000 }));
  });
});

describe("commit", () => {
  test("saves what was reached, renews the lease and forgives losses", () => {
    const job = aJob("running", { losses: 3, commits: 7 });
    expect(commit(job, { ...aReached(4), leasedUntil: LATER + LEASE_MS, now: LATER })).toEqual({
      ...job,
      checkpoint: aCheckpoint(4),
      percent: 40,
      leasedUntil: LATER + LEASE_MS,
      commits: 8,
      losses: 0,
      updatedAt: LATER,
    });
  });

  test("never lets progress fall", () => {
    const job = aJob("running", { percent: 70 });
    expect(commit(job, { ...aReached(4), leasedUntil: LATER, now: LATER }).percent).toBe(70);
  });
});

test("renew moves the lease and nothing else, for a heartbeat is no progress", () => {
  const job = aJob("running", { losses: 3 });
  expect(renew(job, { leasedUntil: LATER, now: NOW })).toEqual({ ...job, leasedUntil: LATER });
});

describe("settle", () => {
  const job = aJob("running", { losses: 2 });

  test("completes a job at 100 %", () => {
    const fields = { ...reached, ...end(), losses: 0, percent: 100, output: { value: 1 } };
    expect(settled(job, DONE)).toEqual(become(job, "completed", fields));
  });

  test("lets a job that threw try again, at the cost of an attempt", () => {
    const fields = { ...reached, losses: 0, attempt: 2, runAt: LATER + 2_000, error: ERROR };
    expect(settled(job, THREW)).toEqual(become(job, "retrying", fields));
  });

  test.each([
    ["throws fatally", FATAL, { attempt: 1 }],
    ["throws for the last time", THREW, { attempt: 3 }],
  ])("fails a job that %s, and keeps it longer", (_how, outcome, { attempt }) => {
    const fingerprint = errorFingerprint(job.name, ERROR);
    const fields = { ...reached, ...end(RETENTION.failedMs), losses: 0, attempt, error: ERROR, fingerprint };
    expect(settled({ ...job, attempt }, outcome)).toEqual(become(job, "failed", fields));
  });

  test("lets a job wait without an attempt", () => {
    const fields = { ...reached, losses: 0, runAt: LATER + 5_000, waitFor: null };
    expect(settled(job, WAITS)).toEqual(become(job, "waiting", fields));
  });

  test("puts an interrupted job in front of all that were never begun, whatever their priority", () => {
    const interrupted = settled(job, INTERRUPTED) as JobIn<"queued">;
    expect(interrupted).toEqual(become(job, "queued", { ...reached, losses: 0, rank: NOW - 1e13 }));
    expect(interrupted.rank).toBeLessThan(rankOf({ createdAt: 0, priority: 1_000_000 }));
  });

  test("forgives losses only to work that has moved on", () => {
    expect(settle(job, INTERRUPTED, asItWas(job), at).losses).toBe(2);
    expect(settled(job, INTERRUPTED).losses).toBe(0);
  });

  test("never lets progress fall", () => {
    expect(settled({ ...job, percent: 70 }, INTERRUPTED).percent).toBe(70);
  });

  test.each([
    ["pause", THREW, { state: "retrying", runAt: LATER + 2_000, error: ERROR }, 2],
    ["pause", WAITS, { state: "waiting", runAt: LATER + 5_000, waitFor: null }, 1],
    ["pause", INTERRUPTED, { state: "queued" }, 1],
  ] as const)("obeys a %s when the job %o, and remembers where it was going", (stop, outcome, from, attempt) => {
    const fields = { ...reached, losses: 0, attempt, from };
    expect(settled({ ...job, stop }, outcome)).toEqual(become(job, "paused", fields));
  });

  test.each([
    [THREW, 2],
    [WAITS, 1],
    [INTERRUPTED, 1],
  ])("obeys a cancel when the job %o", (outcome, attempt) => {
    const fields = { ...reached, ...end(), losses: 0, attempt };
    expect(settled({ ...job, stop: "cancel" }, outcome)).toEqual(become(job, "cancelled", fields));
  });

  test.each(["cancel", "pause"] as const)("lets an end that came before the %s was heard of stand", (stop) => {
    expect(settled({ ...job, stop }, DONE).state).toBe("completed");
    expect(settled({ ...job, stop }, FATAL).state).toBe("failed");
  });
});

describe("rescue", () => {
  test("queues a job again and counts the loss", () => {
    const job = aJob("running", { percent: 30 });
    expect(rescue(job, at)).toEqual(become(job, "queued", { losses: 1, rank: NOW }));
  });

  test("fails a job that takes every worker with it", () => {
    const job = aJob("running", { losses: MAX_LOSSES - 1 });
    const message = "Its worker was lost 10 times in a row without any progress.";
    const error = { code: "worker_lost", message };
    const fingerprint = errorFingerprint(job.name, error);
    const fields = { ...end(RETENTION.failedMs), losses: MAX_LOSSES, error, fingerprint };
    expect(rescue(job, at)).toEqual(become(job, "failed", fields));
    expect(rescue({ ...job, losses: MAX_LOSSES - 2 }, at).state).toBe("queued");
  });

  test("obeys a stop that was asked for", () => {
    const job = aJob("running");
    expect(rescue({ ...job, stop: "cancel" }, at)).toEqual(become(job, "cancelled", { ...end(), losses: 1 }));
    const paused = become(job, "paused", { losses: 1, from: { state: "queued" } });
    expect(rescue({ ...job, stop: "pause" }, at)).toEqual(paused);
  });
});

describe("cancel", () => {
  test.each(["scheduled", "queued", "waiting", "retrying", "paused"] as const)("ends a %s job at once", (state) => {
    const job = aJob(state);
    expect(cancel(job, at)).toEqual(become(job, "cancelled", end()));
  });

  test("asks a running job to stop, also if it was to pause", () => {
    const job = aJob("running");
    expect(cancel(job, at)).toEqual({ ...job, stop: "cancel" });
    expect(cancel({ ...job, stop: "pause" }, at)).toEqual({ ...job, stop: "cancel" });
  });

  test("has nothing to add to a cancel", () => {
    const job = aJob("running", { stop: "cancel" });
    expect(cancel(job, at)).toBe(job);
  });

  test.each(["completed", "failed", "cancelled"] as const)("is not possible for a %s job", (state) => {
    expect(cancel(aJob(state), at)).toBeNull();
  });
});

describe("the time limits of a job", () => {
  const limits = { rate: null, attemptMs: 5_000, jobMs: null };
  const job = aJob("running", { limits, claimedAt: NOW, attempt: 1, begunAttempt: 1, attemptRanMs: 1_000 });

  test("are noted as passed by whatever is heard of the worker after them", () => {
    const [early, late] = [NOW + 3_999, NOW + 4_000];
    expect([early, late].map((now) => renew(job, { leasedUntil: LATER, now }).isOverdue)).toEqual([false, true]);
    const commits = [early, late].map((now) => commit(job, { ...aReached(1), leasedUntil: LATER, now }));
    expect(commits.map(({ isOverdue }) => isOverdue)).toEqual([false, true]);
  });

  test("count the time in slices, from claim to end, or to the last commit of one that was lost", () => {
    expect(settle({ ...job, endsBy: null }, INTERRUPTED, aReached(4), at).attemptRanMs).toBe(61_000);
    expect(rescue({ ...job, updatedAt: NOW + 500 }, at)).toMatchObject({ losses: 1, attemptRanMs: 1_500 });
  });

  test("let nobody wait longer than until the job must have ended", () => {
    const ending = { ...job, endsBy: LATER + 1_500 };
    expect(settled(ending, THREW)).toMatchObject({ state: "retrying", runAt: LATER + 1_500 });
    expect(settled(ending, WAITS)).toMatchObject({ state: "waiting", runAt: LATER + 1_500 });
  });

  test("cost a job that never came back an attempt, and no loss", () => {
    const overdue = { ...job, isOverdue: true };
    expect(rescue(overdue, at)).toMatchObject({ state: "queued", attempt: 2, losses: 0 });
    expect(rescue({ ...overdue, stop: "cancel" }, at)).toMatchObject({ state: "cancelled", losses: 0 });
    const error = { code: "timed_out", message: "An attempt of the job ran longer than it may." };
    expect(rescue({ ...overdue, attempt: 3 }, at)).toMatchObject({ state: "failed", error });
  });

  test("end a job at once whose own time is over", () => {
    const error = { code: "timed_out", message: "The job took longer than it may." };
    const ended = rescue({ ...job, endsBy: NOW + 1, isOverdue: true }, at);
    expect(ended).toMatchObject({ state: "failed", attempt: 1, error, expiresAt: LATER + RETENTION.failedMs });
  });

  test("begin anew when the job is retried", () => {
    const failed = aJob("failed", { expiresAt: LATER + 1, endsBy: NOW, begunAttempt: 3, attempt: 3 });
    expect(retry(failed, "checkpoint", at)).toMatchObject({ endsBy: null, begunAttempt: 0, attempt: 1 });
  });
});

describe("replace", () => {
  const by = aJobId();

  test.each(["scheduled", "queued", "waiting", "retrying", "paused"] as const)("cancels one that is %s", (state) => {
    const job = aJob(state);
    expect(replace(job, by, at)).toEqual({ ...become(job, "cancelled", end()), replacedBy: by });
  });

  test("asks a running one to stop, also one that was asked to pause", () => {
    const job = aJob("running", { stop: "pause" });
    expect(replace(job, by, at)).toEqual({ ...job, stop: "cancel", replacedBy: by });
  });

  test("is forgotten when the replaced one is retried", () => {
    expect(retry(aJob("cancelled", { expiresAt: LATER + 1, replacedBy: by }), "checkpoint", at)).toMatchObject({
      state: "queued",
      replacedBy: null,
    });
  });
});

describe("pause", () => {
  test.each([
    ["scheduled", { state: "scheduled", runAt: NOW + 5_000 }],
    ["queued", { state: "queued" }],
    ["waiting", { state: "waiting", runAt: NOW + 5_000, waitFor: null }],
    ["retrying", { state: "retrying", runAt: NOW + 5_000, error: ERROR }],
  ] as const)("stops a %s job at once and remembers where it was", (state, from) => {
    const job = aJob(state);
    expect(pause(job, at)).toEqual(become(job, "paused", { from }));
  });

  test("asks a running job to stop, unless it was to cancel", () => {
    const job = aJob("running");
    expect(pause(job, at)).toEqual({ ...job, stop: "pause" });
    const cancelling = aJob("running", { stop: "cancel" });
    expect(pause(cancelling, at)).toBe(cancelling);
  });

  test("has nothing to add to a pause", () => {
    const job = aJob("paused");
    expect(pause(job, at)).toBe(job);
  });

  test.each(["completed", "failed", "cancelled"] as const)("is not possible for a %s job", (state) => {
    expect(pause(aJob(state), at)).toBeNull();
  });
});

describe("resume", () => {
  test.each([
    { state: "scheduled", runAt: LATER + 1 },
    { state: "waiting", runAt: LATER + 1, waitFor: null },
    { state: "retrying", runAt: LATER + 1, error: ERROR },
  ] as const)("lets a job return to being $state if its time has not come, and queues it otherwise", (from) => {
    const job = aJob("paused", { from });
    const { state, ...fields } = from;
    expect(resume(job, at)).toEqual(become(job, state, fields));
    const due = aJob("paused", { from: { ...from, runAt: LATER } });
    expect(resume(due, at)).toEqual(become(due, "queued", { rank: NOW }));
  });

  test("queues a job that was queued", () => {
    const job = aJob("paused");
    expect(resume(job, at)).toEqual(become(job, "queued", { rank: NOW }));
  });

  test("takes back a pause that the worker has not heard of, but no cancel", () => {
    const job = aJob("running", { stop: "pause" });
    expect(resume(job, at)).toEqual({ ...job, stop: null });
    expect(resume({ ...job, stop: "cancel" }, at)).toBeNull();
  });

  test.each(JOB_STATES.filter((state) => state !== "paused"))("is not possible for a %s job", (state) => {
    expect(resume(aJob(state), at)).toBeNull();
  });
});

test("keepUntil keeps a finished job that is still needed", () => {
  const job = aJob("completed");
  expect(keepUntil(job, LATER)).toEqual({ ...job, expiresAt: LATER });
});

describe("retry", () => {
  const spent = {
    attempt: 3,
    losses: 4,
    percent: 60,
    checkpoint: aCheckpoint(6),
    last: { token: "w1", answer: "settled" },
  };
  const anew = { retries: 1, rank: NOW, attempt: 1, losses: 0, last: null };

  test.each(["failed", "cancelled"] as const)("lets a %s job go on from its checkpoint, or start again", (state) => {
    const job = { ...aJob(state), ...spent } as Job;
    expect(retry(job, "checkpoint", at)).toEqual(become(job, "queued", anew));
    const restarted = become(job, "queued", { ...anew, checkpoint: EMPTY_CHECKPOINT, percent: 0 });
    expect(retry(job, "start", at)).toEqual(restarted);
  });

  test("is not possible once the time of a job is over, for it is being removed", () => {
    const job = aJob("failed");
    expect(retry(job, "checkpoint", { now: job.expiresAt - 1 })).not.toBeNull();
    expect(retry(job, "checkpoint", { now: job.expiresAt })).toBeNull();
  });

  test.each(JOB_STATES.filter((state) => state !== "failed" && state !== "cancelled"))(
    "is not possible for a %s job",
    (state) => {
      expect(retry(aJob(state), "checkpoint", at)).toBeNull();
    },
  );
});

describe("expire", () => {
  test.each(["completed", "failed", "cancelled"] as const)(
    "ends the time of a %s job, and never puts it off",
    (state) => {
      const job = aJob(state);
      expect(expire(job, at)).toEqual({ ...job, expiresAt: LATER });
      expect(expire(job, { now: job.expiresAt })).toBe(job);
    },
  );

  test.each(JOB_STATES.filter((state) => !isFinished(aJob(state))))("is not possible for a %s job", (state) => {
    expect(expire(aJob(state), at)).toBeNull();
  });
});
