import { z } from "zod";
import { defineContract } from "@/lib/contracts/contract";
import { JobOptions, JobView } from "@/lib/contracts/jobs";
import { JobId } from "@/lib/core/job";
import { Json } from "@/lib/json";

/** What happens at an instant whose job would begin before the last one has ended: no job, one after it, one beside it. */
export const Overlap = z.enum(["skip", "queue", "allow"]);
export type Overlap = z.infer<typeof Overlap>;

/** Which of the instants that nobody saw in time still make a job: none, the latest, or the latest so many. */
export const CatchUp = z.union([z.enum(["none", "one"]), z.strictObject({ all: z.int().min(1).max(100) })]);
export type CatchUp = z.infer<typeof CatchUp>;

/** What a caller says of a schedule. */
const wishes = {
  /** The job's. */
  name: z.string().max(100),
  /** Five fields, or a nickname such as `@daily`. */
  cron: z.string().max(200),
  /** As the IANA database names it. */
  timeZone: z.string().max(64),
  input: Json,
  options: JobOptions,
  overlap: Overlap,
  catchUp: CatchUp,
};

/** Why a schedule has paused itself. */
export const PauseReason = z.object({ code: z.string(), message: z.string() });

/** The last instant that made a job, and that job. */
export const LastFired = z.object({ at: z.int(), jobId: JobId });

/** The last instant that made no job, or none yet, and why: `missed`, `unfinished`, or the code of a problem. */
export const LastSkipped = z.object({ at: z.int(), reason: z.string() });

/** A schedule as its owner sees it. Instants are epoch ms. */
export const ScheduleView = z.object({
  id: z.string(),
  ...wishes,
  state: z.enum(["active", "paused"]),
  /** Null unless it has paused itself. */
  reason: PauseReason.nullable(),
  /** The next five instants, the first of them perhaps overdue; none while it is paused. */
  nextTimes: z.array(z.int()),
  lastFired: LastFired.nullable(),
  lastSkipped: LastSkipped.nullable(),
  createdAt: z.int(),
  updatedAt: z.int(),
});
export type ScheduleView = z.infer<typeof ScheduleView>;

const params = z.object({ id: z.string().regex(/^sch_[0-9a-z]{1,40}$/) });

/** `GET /api/schedules`: the caller's own, newest first. */
export const listSchedules = defineContract({
  query: z.object({
    cursor: z.string().max(200).optional(),
    limit: z.coerce.number().pipe(z.int().min(1).max(100)).default(20),
  }),
  reply: z.object({ schedules: z.array(ScheduleView), cursor: z.string().nullable() }),
});

/** `POST /api/schedules` */
export const createSchedule = defineContract({
  body: z.strictObject({
    ...wishes,
    timeZone: wishes.timeZone.default("UTC"),
    options: wishes.options.default({}),
    overlap: wishes.overlap.default("skip"),
    catchUp: wishes.catchUp.default("one"),
  }),
  reply: ScheduleView,
});

/** `GET /api/schedules/:id`, and `POST /api/schedules/:id/{pause,resume}` */
export const readSchedule = defineContract({ params, reply: ScheduleView });

/** `PATCH /api/schedules/:id`: what is not said stays as it is. */
export const changeSchedule = defineContract({
  params,
  body: z.strictObject(wishes).partial(),
  reply: ScheduleView,
});

/** `DELETE /api/schedules/:id`: the jobs that it has made go on. */
export const deleteSchedule = defineContract({ params, reply: z.object({ deleted: z.literal(true) }) });

/** `POST /api/schedules/:id/run`, with an optional header `Idempotency-Key`. */
export const runSchedule = defineContract({ params, reply: JobView });
