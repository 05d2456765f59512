import { type Checkpoint, EMPTY_CHECKPOINT } from "@/lib/core/checkpoint";
import { errorFingerprint } from "@/lib/core/error-fingerprint";
import { type Job, JobId, type JobIn, type JobState, type RunningJob } from "@/lib/core/job";
import type { ClaimRequest, NewJob } from "@/lib/core/job-store";
import type { Retention } from "@/lib/core/keeping";
import { NO_WAKES, type Wake } from "@/lib/core/wake";
import { START_AT } from "@/lib/testing/virtual-time";

export const NOW = START_AT;
export const LEASE_MS = 30_000;
export const HOUR_MS = 3_600_000;

export const RETENTION: Retention = { completedMs: 24 * HOUR_MS, failedMs: 168 * HOUR_MS };

let made = 0;

/** An id of its own; ids made later sort later. */
export const aJobId = (): JobId => JobId.parse(`job_${String(++made).padStart(8, "0")}`);

export const aNewJob = (job: Partial<NewJob> = {}): NewJob => ({
  id: aJobId(),
  name: "tests.work",
  queue: "tests",
  owner: "ada",
  input: { size: 3 },
  priority: 0,
  maxAttempts: 3,
  runAt: null,
  uniqueKey: null,
  concurrencyKey: null,
  files: [],
  tags: [],
  idempotency: null,
  ...job,
});

/** A job in the given state, for pure functions; a store makes its own. */
export function aJob<State extends JobState>(state: State, fields: Partial<JobIn<State>> = {}): JobIn<State> {
  const { runAt: _runAt, idempotency: _idempotency, ...facts } = aNewJob();
  const job = {
    ...facts,
    createdAt: NOW,
    updatedAt: NOW,
    attempt: 1,
    losses: 0,
    slices: 0,
    commits: 0,
    commands: 0,
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
    ...OWN_FIELDS[state],
    ...fields,
    state,
  };
  // The fields of each state stand in OWN_FIELDS, which TypeScript checks state by state but cannot follow here.
  return job as unknown as JobIn<State>;
}

const BROKEN = { code: "broken", message: "It is broken." };

type Facts = Omit<JobIn<"queued">, "rank" | "state">;
const OWN_FIELDS: { [State in JobState]: Omit<JobIn<State>, Exclude<keyof Facts, "startedAt">> } = {
  scheduled: { state: "scheduled", startedAt: null, runAt: NOW + 5_000 },
  queued: { state: "queued", startedAt: null, rank: NOW },
  running: {
    state: "running",
    startedAt: NOW,
    token: "w1",
    leasedUntil: NOW + LEASE_MS,
    claimedAt: null,
    isOverdue: false,
    stop: null,
  },
  waiting: { state: "waiting", startedAt: NOW, runAt: NOW + 5_000, waitFor: null },
  retrying: {
    state: "retrying",
    startedAt: NOW,
    runAt: NOW + 5_000,
    error: { code: "down", message: "The provider is down." },
  },
  paused: { state: "paused", startedAt: NOW, from: { state: "queued" } },
  completed: { state: "completed", startedAt: NOW, ...anEnd(), output: { value: null } },
  failed: {
    state: "failed",
    startedAt: NOW,
    ...anEnd(),
    error: BROKEN,
    fingerprint: errorFingerprint("tests.work", BROKEN),
  },
  cancelled: { state: "cancelled", startedAt: NOW, ...anEnd() },
};

function anEnd() {
  return { finishedAt: NOW, expiresAt: NOW + HOUR_MS };
}

export const aClaim = (request: Partial<ClaimRequest> = {}): ClaimRequest => {
  const now = request.now ?? NOW;
  return {
    queue: "tests",
    limit: 10,
    concurrency: null,
    token: "w1",
    now,
    leasedUntil: now + LEASE_MS,
    ...request,
  };
};

/** What a worker has after `done` of ten units. */
export const aCheckpoint = (done: number): Checkpoint => ({
  stages: { work: { state: "running", cursor: { done }, done, failed: 0, total: 10 } },
  datasets: {},
});

export const aReached = (done: number) => ({ checkpoint: aCheckpoint(done), percent: done * 10 });

/** What a job that has done nothing has reached. */
export const asItWas = ({ checkpoint, percent }: RunningJob | Job) => ({ checkpoint, percent });

export const aWake = (wake: Partial<Wake> = {}): Wake => ({ id: "w", name: "paid", payload: { sum: 7 }, ...wake });
