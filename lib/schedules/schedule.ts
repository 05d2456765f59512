import { z } from "zod";
import { JobOptions } from "@/lib/contracts/jobs";
import { CatchUp, LastFired, LastSkipped, Overlap, PauseReason } from "@/lib/contracts/schedules";
import type { RecordKind, Stored } from "@/lib/core/record-store";
import { Json } from "@/lib/json";

const facts = {
  name: z.string(),
  cron: z.string(),
  timeZone: z.string(),
  /** As it was sent: each job reads it by the schema of its time. */
  input: Json,
  options: JobOptions,
  overlap: Overlap,
  catchUp: CatchUp,
  /** Ids of the uploaded files that its jobs name; held as long as the schedule stands. */
  files: z.array(z.string()).readonly(),
  lastFired: LastFired.nullable(),
  lastSkipped: LastSkipped.nullable(),
  createdAt: z.int(),
  updatedAt: z.int(),
};

/** `nextAt` is the first instant not dealt with yet. The record is due then, or later if it must be tried again. */
const Active = z.object({ ...facts, state: z.literal("active"), nextAt: z.int() });
/** Paused by its owner, or by itself for a reason. */
const Paused = z.object({ ...facts, state: z.literal("paused"), reason: PauseReason.nullable() });

const Schedule = z.discriminatedUnion("state", [Active, Paused]);
export type Schedule = z.infer<typeof Schedule>;
export type ActiveSchedule = z.infer<typeof Active>;

export const SCHEDULE = { name: "schedule", schema: Schedule } as const satisfies RecordKind;
export type StoredSchedule = Stored<Schedule>;
