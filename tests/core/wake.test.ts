import { describe, expect, test } from "vitest";
import { JOB_STATES, Job, type JobIn } from "@/lib/core/job";
import { commit, type Outcome, retry, settle } from "@/lib/core/state-machine";
import { pause, promote, resume, wake } from "@/lib/core/waiting";
import { keep, NO_WAKES, type Wake } from "@/lib/core/wake";
import { aJob, asItWas, aWake, LEASE_MS, NOW, RETENTION } from "@/tests/support/builders";

const at = { now: NOW, retention: RETENTION };
const waitFor = { stage: "order", name: "paid" };
const FOREVER: Outcome = { kind: "waiting", delayMs: null, waitFor };
const A_MINUTE: Outcome = { kind: "waiting", delayMs: 60_000, waitFor };
const WOKEN = { ...waitFor, timedOut: false, payload: { sum: 7 } };
const TIMED_OUT = { ...waitFor, timedOut: true };

const settled = (job: JobIn<"running">, outcome: Outcome) => settle(job, outcome, asItWas(job), at);
const aWaiting = (fields: Partial<JobIn<"waiting">> = {}) => aJob("waiting", { runAt: null, waitFor, ...fields });
const unread = (...wakes: Wake[]) => ({ wakes: { ...NO_WAKES, unread: wakes } });
const anUnread = unread(aWake());
const woke = (job: Job, one = aWake()) => wake(job, one, at);

/** Wakes a job that has to obey. */
function wokeJob(job: Job, one = aWake()): Job {
  const after = woke(job, one);
  if (typeof after === "string") throw new Error(after);
  return after;
}

describe("a wake", () => {
  test("queues the job that waits for it, with what it was told", () => {
    const job = wokeJob(aWaiting());
    expect(job).toMatchObject({ state: "queued", wakes: { unread: [], ids: ["w"], woken: WOKEN } });
    expect(Job.parse(JSON.parse(JSON.stringify(job)))).toEqual(job);
  });

  test("does so before the time has been noticed to run out", () => {
    expect(wokeJob(aWaiting({ runAt: NOW - 1 }))).toMatchObject({ state: "queued", wakes: { woken: WOKEN } });
  });

  test.each(["scheduled", "queued", "running", "retrying", "paused", "waiting"] as const)(
    "is kept for a %s job that does not wait for it, whose state it leaves alone",
    (state) => {
      const job = aJob(state);
      const wakes = { unread: [aWake()], ids: ["w"], woken: null };
      expect(woke(job)).toEqual({ ...job, wakes });
    },
  );

  test("of another name is kept too, and the job goes on waiting", () => {
    const other = aWake({ name: "shipped" });
    expect(wokeJob(aWaiting(), other)).toMatchObject({ state: "waiting", wakes: { unread: [other], woken: null } });
  });

  test.each(["completed", "failed", "cancelled"] as const)("is refused by a %s job", (state) => {
    expect(woke(aJob(state))).toBe("finished");
  });

  test("that comes twice changes nothing the second time, wherever the job has got to", () => {
    for (const state of JOB_STATES) {
      const job = aJob(state, { wakes: { ...NO_WAKES, ids: ["w"] } });
      expect(woke(job)).toBe(job);
    }
  });

  test("is known while it is unread, however many came since", () => {
    let job: Job = aJob("queued", unread(aWake({ id: "first", name: "a" })));
    for (let n = 0; n < 120; n += 1) job = { ...wokeJob(job, aWake({ id: `w${n}` })), ...unread(...job.wakes.unread) };
    expect(wokeJob(job, aWake({ id: "first" }))).toBe(job);
  });

  test("is remembered among the latest hundred", () => {
    let job = aJob("queued");
    for (let n = 0; n <= 100; n += 1) {
      const ids: readonly string[] = wokeJob(job, aWake({ id: `w${n}` })).wakes.ids;
      job = { ...job, wakes: { ...NO_WAKES, ids } };
    }
    expect(job.wakes.ids).toHaveLength(100);
    expect(job.wakes.ids).not.toContain("w0");
  });

  test("without an id is a hint: one unread of its name says it all, and none is remembered", () => {
    const hint = aWake({ id: null });
    const job = wokeJob(aJob("running"), hint);
    expect(job.wakes).toEqual({ unread: [hint], ids: [], woken: null });
    expect(woke(job, hint)).toBe(job);
    expect(wokeJob(job, aWake({ id: null, name: "other" })).wakes.unread).toHaveLength(2);
    expect(wokeJob(aWaiting(), hint).wakes).toMatchObject({ ids: [], woken: WOKEN });
  });

  test("is refused once a hundred are unread, but for the one that the job waits for", () => {
    const full = unread(...Array.from({ length: 100 }, (_, n) => aWake({ id: `u${n}`, name: "other" })));
    expect(woke(aJob("queued", full))).toBe("too_many_wakes");
    expect(wokeJob(aWaiting(full))).toMatchObject({ state: "queued" });
  });

  test("is refused when the unread ones would outgrow the record", () => {
    const payload = "ü".repeat(60 * 1024);
    const wakes = keep({ ...NO_WAKES, unread: [aWake({ payload })] }, aWake({ id: "x", payload }));
    expect(wakes?.unread).toHaveLength(2);
    expect(wakes && keep(wakes, aWake({ id: "y", payload }))).toBeNull();
  });
});

describe("a job that begins to wait", () => {
  test("waits for ever, or for so long", () => {
    const job = aJob("running");
    expect(settled(job, FOREVER)).toMatchObject({ state: "waiting", runAt: null, waitFor });
    expect(settled(job, A_MINUTE)).toMatchObject({ state: "waiting", runAt: NOW + 60_000, waitFor });
  });

  test("goes straight on with a wake that came early, the oldest of its name", () => {
    const early = [aWake({ id: "a", name: "other" }), aWake({ id: "b" }), aWake({ id: "c", payload: 2 })];
    expect(settled(aJob("running", unread(...early)), A_MINUTE)).toMatchObject({
      state: "queued",
      wakes: { unread: [early[0], early[2]], woken: WOKEN },
    });
  });

  test("has what it was told once it is resumed, if it was to pause", () => {
    const paused = settled(aJob("running", { ...anUnread, stop: "pause" }), FOREVER);
    expect(paused).toMatchObject({ state: "paused", from: { state: "queued" }, wakes: { unread: [], woken: WOKEN } });
    expect(settled(aJob("running", { ...anUnread, stop: "cancel" }), FOREVER).state).toBe("cancelled");
  });
});

describe("a job that waits for a wake", () => {
  test("finds that its time ran out", () => {
    expect(promote(aWaiting({ runAt: NOW + 1 }), NOW)).toBeNull();
    expect(promote(aWaiting(), NOW)).toBeNull();
    expect(promote(aWaiting({ runAt: NOW }), NOW)).toMatchObject({ state: "queued", wakes: { woken: TIMED_OUT } });
    expect(promote(aWaiting({ runAt: NOW, waitFor: null }), NOW)?.wakes).toEqual(NO_WAKES);
  });

  test("returns to its wait after a pause", () => {
    const job = aWaiting({ runAt: NOW + 9 });
    const paused = pause(job, at);
    expect(paused).toMatchObject({ state: "paused", from: { state: "waiting", runAt: NOW + 9, waitFor } });
    expect(resume(paused as Job, at)).toEqual(job);
    expect(resume(pause(aWaiting(), at) as Job, at)).toEqual(aWaiting({ id: expect.any(String) }));
  });

  test("goes on at once with what it was told during the pause, also where its time ran out meanwhile", () => {
    for (const runAt of [null, NOW - 1]) {
      const paused = wokeJob(pause(aWaiting({ runAt }), at) as Job);
      expect(paused).toMatchObject({ state: "paused", wakes: { unread: [aWake()] } });
      expect(resume(paused, at)).toMatchObject({ state: "queued", wakes: { unread: [], woken: WOKEN } });
    }
    const late = pause(aWaiting({ runAt: NOW - 1 }), at) as Job;
    expect(resume(late, at)).toMatchObject({ state: "queued", wakes: { woken: TIMED_OUT } });
  });
});

describe("promote", () => {
  test.each(["scheduled", "retrying"] as const)("queues a %s job once its time has come", (state) => {
    expect(promote(aJob(state, { runAt: NOW + 1 }), NOW)).toBeNull();
    expect(promote(aJob(state, { runAt: NOW }), NOW)).toMatchObject({ state: "queued" });
  });

  test.each(["queued", "running", "paused", "completed"] as const)("has no time to wait for in a %s job", (state) => {
    expect(promote(aJob(state), NOW)).toBeNull();
  });
});

describe("what a job was told", () => {
  const woken = {
    ...NO_WAKES,
    unread: [aWake({ name: "other" })],
    ids: ["w"],
    woken: { ...TIMED_OUT, timedOut: true as const },
  };

  test("is there until the commit after it was read", () => {
    const job = aJob("running", { wakes: woken });
    const interrupted = settled(job, { kind: "interrupted" });
    expect(interrupted.wakes).toEqual(woken);
    const committed = commit(job, { ...asItWas(job), leasedUntil: NOW + LEASE_MS, now: NOW });
    expect(committed.wakes).toEqual({ ...woken, woken: null });
  });

  test("outlives a retry, but no start from the beginning", () => {
    const job = aJob("failed", { wakes: woken });
    expect(retry(job, "checkpoint", at)?.wakes).toEqual(woken);
    expect(retry(job, "start", at)?.wakes).toEqual(NO_WAKES);
  });
});

test("a job that an older version wrote has been told nothing", () => {
  const { wakes: _wakes, waitFor: _waitFor, ...old } = aJob("waiting");
  expect(Job.parse(old)).toMatchObject({ waitFor: null, wakes: NO_WAKES });
});
