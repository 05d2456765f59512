import { z } from "zod";
import { Checkpoint, EMPTY_CHECKPOINT } from "@/lib/core/checkpoint";
import { JobLimits } from "@/lib/core/job-limits";
import { OnFailure } from "@/lib/core/on-failure";
import { NO_WAKES, WaitFor, Wakes } from "@/lib/core/wake";
import { Json } from "@/lib/json";

export const JobId = z.string().startsWith("job_").brand<"JobId">();
export type JobId = z.infer<typeof JobId>;

/** Why a job failed. `code` is stable, `message` is for people; the stack stays in the log. */
export const JobError = z.object({ code: z.string(), message: z.string() });
export type JobError = z.infer<typeof JobError>;

/** A small result stands in the record, a large one in a file of the job. */
export const JobOutput = z.union([z.object({ value: Json }), z.object({ file: z.string(), bytes: z.int() })]);
export type JobOutput = z.infer<typeof JobOutput>;

/** The last write of the worker that gave the job up: a repeated call gets its first answer. */
const LastWrite = z.object({ token: z.string(), answer: z.enum(["settled", "cancelled", "paused"]) });

/** The job and stage that spawned it, and its number there. */
export const Parent = z.object({
  id: JobId,
  stage: z.string(),
  round: z.int(),
  index: z.int(),
  onFailure: OnFailure,
});
export type Parent = z.infer<typeof Parent>;

/** What has a default need not stand in a record: `textOf` leaves it out. */
const facts = {
  id: JobId,
  name: z.string(),
  queue: z.string(),
  owner: z.string(),
  input: Json,
  /** Seconds of head start over others in the queue: nothing starves, for those who wait gain with age. */
  priority: z.int().default(0),
  createdAt: z.int(),
  updatedAt: z.int(),
  /** When it was first claimed. */
  startedAt: z.int().nullable().default(null),
  /** Counted from 1; a throw costs one. */
  attempt: z.int().positive().default(1),
  maxAttempts: z.int().positive(),
  /** Leases lost in a row, set back by every commit that moved the work on. */
  losses: z.int().default(0),
  slices: z.int().default(0),
  /** Commits so far; a commit shows the next number. */
  commits: z.int().default(0),
  /** Redis commands that this job has been billed for, or would have been on another store. */
  commands: z.number().default(0),
  checkpoint: Checkpoint.default(EMPTY_CHECKPOINT),
  /** Of the whole job, 0 to 100. Kept, because what is shown may never fall even if a stage's total grows. */
  percent: z.number().default(0),
  /** While unfinished, it holds this name, which no second job gets. */
  uniqueKey: z.string().nullable().default(null),
  /** The job that took the unique key over; this one was cancelled for it, or is asked to stop. */
  replacedBy: JobId.nullable().default(null),
  /** What its definition limits; null: nothing. */
  limits: JobLimits.nullable().default(null),
  /** The attempt that was begun last; 0: none. Beginning one is what rates count. */
  begunAttempt: z.int().default(0),
  /** How long this attempt has run in slices before. */
  attemptRanMs: z.int().default(0),
  /** When it must have ended; null: no limit, or not begun. */
  endsBy: z.int().nullable().default(null),
  /** Jobs with the same one run one after the other, from the first claim until the end. */
  concurrencyKey: z.string().nullable().default(null),
  /** Ids of the uploaded files that it names; they live as long as it does. */
  files: z.array(z.string()).readonly().default([]),
  /** Its owner's own words for it, to find it by. */
  tags: z.array(z.string()).readonly().default([]),
  last: LastWrite.nullable().default(null),
  /** How often somebody has retried it after its end. */
  retries: z.int().default(0),
  /** Null: nobody has spawned it. */
  parent: Parent.nullable().default(null),
  /** What it was told from outside. Records of older versions know of none. */
  wakes: Wakes.default(NO_WAKES),
};

/** Until `runAt`, or until it is woken; null: that never ends by itself, or nothing but time ends it. */
const wait = { runAt: z.int().nullable(), waitFor: WaitFor.nullable().default(null) };

/** Not due yet; queued once `runAt` has come. */
const Scheduled = z.object({ ...facts, state: z.literal("scheduled"), runAt: z.int() });
/** Waits for a worker. `rank` is its place in line: lower is sooner. */
const Queued = z.object({ ...facts, state: z.literal("queued"), rank: z.number() });
/** Owned by one worker until `leasedUntil`; left by settling, or by a rescue once the lease ran out. */
const Running = z.object({
  ...facts,
  state: z.literal("running"),
  token: z.string(),
  leasedUntil: z.int(),
  /** When this slice began; null where a record does not say. */
  claimedAt: z.int().nullable().default(null),
  /** Its worker was heard of when its time was over already. */
  isOverdue: z.boolean().default(false),
  /** What was asked of it; obeyed at its next commit, or by its rescue. */
  stop: z.enum(["cancel", "pause"]).nullable().default(null),
});
/** Left its worker on its own wish, without costing an attempt. */
const Waiting = z.object({ ...facts, ...wait, state: z.literal("waiting") });
/** Threw, and has attempts left; queued again once `runAt` has come. */
const Retrying = z.object({ ...facts, state: z.literal("retrying"), error: JobError, runAt: z.int() });

/** Where a paused job came from, and where it returns if its time has not come. */
const PausedFrom = z.discriminatedUnion("state", [
  z.object({ state: z.literal("queued") }),
  z.object({ state: z.literal("scheduled"), runAt: z.int() }),
  z.object({ ...wait, state: z.literal("waiting") }),
  z.object({ state: z.literal("retrying"), runAt: z.int(), error: JobError }),
]);
/** Stopped by its owner; only its owner moves it on. */
const Paused = z.object({ ...facts, state: z.literal("paused"), from: PausedFrom });

const end = { finishedAt: z.int(), expiresAt: z.int() };

const Completed = z.object({ ...facts, ...end, state: z.literal("completed"), output: JobOutput });
/** Threw fatally or for the last time: the dead-letter list. Kept until retried or pruned. */
const Failed = z.object({
  ...facts,
  ...end,
  state: z.literal("failed"),
  error: JobError,
  /** Failures of one kind have the same; null for one from before they were grouped. */
  fingerprint: z.string().nullable().default(null),
});
const Cancelled = z.object({ ...facts, ...end, state: z.literal("cancelled") });

/** A job in one of its nine states, each with exactly the fields that it gives meaning to. */
export const Job = z.discriminatedUnion("state", [
  Scheduled,
  Queued,
  Running,
  Waiting,
  Retrying,
  Paused,
  Completed,
  Failed,
  Cancelled,
]);
export type Job = z.infer<typeof Job>;
export type JobState = Job["state"];
export type JobIn<State extends JobState> = Extract<Job, { readonly state: State }>;
export type RunningJob = JobIn<"running">;
export type FinishedJob = JobIn<"completed" | "failed" | "cancelled">;

export const JOB_STATES = Job.options.map((option) => option.shape.state.value);

export const isFinished = (job: Job): job is FinishedJob =>
  job.state === "completed" || job.state === "failed" || job.state === "cancelled";
