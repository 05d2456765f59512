import { z } from "zod";
import { defineContract } from "@/lib/contracts/contract";
import { JOB_STATES, JobError, JobId } from "@/lib/core/job";
import { Json } from "@/lib/json";

const JobState = z.enum(JOB_STATES as [(typeof JOB_STATES)[number], ...(typeof JOB_STATES)[number][]]);

export const StageView = z.object({
  name: z.string(),
  label: z.string(),
  state: z.enum(["pending", "running", "done"]),
  done: z.number().optional(),
  failed: z.number().optional(),
  total: z.number().optional(),
  unit: z.string().optional(),
});
export type StageView = z.infer<typeof StageView>;

/** A job as its owner sees it. Instants are epoch ms; `pollAfterMs` is 0 once it is over. */
export const JobView = z.object({
  id: JobId,
  name: z.string(),
  queue: z.string(),
  state: JobState,
  /** The stage it is at; null before the first and after the last. */
  stage: z.string().nullable(),
  stages: z.array(StageView),
  /** `rate` is in units of the running stage per second; `etaMs` until that stage is done. Null: not known. */
  progress: z.object({ percent: z.number(), rate: z.number().nullable(), etaMs: z.number().nullable() }),
  /** What it was asked for and will obey at its next commit. */
  stopping: z.enum(["cancel", "pause"]).nullable(),
  attempt: z.int(),
  maxAttempts: z.int(),
  createdAt: z.int(),
  startedAt: z.int().nullable(),
  updatedAt: z.int(),
  finishedAt: z.int().nullable(),
  /** When it goes on by itself: scheduled, retrying, waiting. */
  runAt: z.int().nullable(),
  /** The name of the wake that it waits for. */
  waitingFor: z.string().nullable(),
  /** When a finished job is forgotten. */
  expiresAt: z.int().nullable(),
  error: JobError.nullable(),
  slices: z.int(),
  commands: z.int(),
  /** Rows that count, by dataset. */
  datasets: z.record(z.string(), z.int()),
  input: Json,
  /** Its owner's own words for it. */
  tags: z.array(z.string()).readonly(),
  /** Of a failed job: jobs that failed for the same reason have the same. */
  fingerprint: z.string().nullable(),
  pollAfterMs: z.int(),
});
export type JobView = z.infer<typeof JobView>;

const params = z.object({ id: JobId });

/** A word of the owner's to find jobs by. */
const Tag = z.string().trim().min(1).max(64);

/** What may be said of a job beside its input, whenever it starts. */
export const JobOptions = z.strictObject({
  priority: z.int().min(-1_000_000).max(1_000_000).optional(),
  uniqueKey: z.string().min(1).max(200).optional(),
  tags: z.array(Tag).max(10).optional(),
  onDuplicate: z.enum(["reuse", "replace", "refuse"]).optional(),
});

/** The last instant that a Date can hold: beyond it, nobody could be told when the job starts. */
const LAST_INSTANT = 8_640_000_000_000_000;

/** `POST /api/jobs`, with an optional header `Idempotency-Key`. */
export const submitJob = defineContract({
  body: z.strictObject({
    name: z.string().max(100),
    input: Json,
    options: JobOptions.extend({
      delayMs: z
        .int()
        .nonnegative()
        .max(365 * 86_400_000)
        .optional(),
      runAt: z.int().nonnegative().max(LAST_INSTANT).optional(),
    })
      .refine(({ delayMs, runAt }) => delayMs === undefined || runAt === undefined, {
        error: "delayMs and runAt both say when to start: give one of them",
      })
      .default({}),
  }),
  reply: JobView,
});

/** `GET /api/jobs`: the caller's own, newest first. */
export const listJobs = defineContract({
  query: z.object({
    state: JobState.optional(),
    name: z.string().optional(),
    queue: z.string().optional(),
    tag: Tag.optional(),
    /** A part of the id, name or input. */
    q: z.string().max(200).optional(),
    /** What this job has spawned, which is not among the others. */
    parent: JobId.optional(),
    cursor: z.string().max(200).optional(),
    limit: z.coerce.number().pipe(z.int().min(1).max(100)).default(20),
  }),
  reply: z.object({ jobs: z.array(JobView), cursor: z.string().nullable() }),
});

/** `GET /api/jobs/:id` */
export const readJob = defineContract({ params, reply: JobView });

/** `POST /api/jobs/:id/{cancel,pause,resume}` */
export const controlJob = defineContract({ params, reply: JobView });

/** `POST /api/jobs/:id/retry` */
export const retryJob = defineContract({
  params,
  body: z.strictObject({ from: z.enum(["checkpoint", "start"]).default("checkpoint") }).default({ from: "checkpoint" }),
  reply: JobView,
});

/** `POST /api/jobs/:id/wake`: what a job waits for, or will. With the same `id`, a repetition changes nothing. */
export const wakeJob = defineContract({
  params,
  body: z.strictObject({
    name: z.string().min(1).max(200),
    payload: Json,
    id: z.string().min(1).max(200).optional(),
  }),
  reply: JobView,
});

/** `DELETE /api/jobs/:id` */
export const deleteJob = defineContract({ params, reply: z.object({ deleted: z.literal(true) }) });

/** `GET /api/jobs/:id/result`: the bare output. */
export const readResult = defineContract({ params, reply: Json });

/** `GET /api/jobs/:id/datasets/:name`: the whole dataset with `format`, else one page of rows. */
export const readDataset = defineContract({
  params: params.extend({ name: z.string().max(100) }),
  query: z.object({
    format: z.enum(["csv", "ndjson"]).optional(),
    offset: z.coerce.number().pipe(z.int().nonnegative()).default(0),
    limit: z.coerce.number().pipe(z.int().min(1).max(1_000)).default(100),
  }),
  reply: z.object({ rows: z.array(Json), offset: z.int(), total: z.int() }),
});

export const LogLine = z.object({ at: z.int(), level: z.enum(["info", "warn"]), message: z.string() });
export type LogLine = z.infer<typeof LogLine>;

/** `GET /api/jobs/:id/log`: the latest lines, oldest of them first. */
export const readLog = defineContract({ params, reply: z.object({ lines: z.array(LogLine), total: z.int() }) });
