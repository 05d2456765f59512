import { recurrenceOf } from "@/lib/core/recurrence";
import type { ActiveSchedule } from "@/lib/schedules/schedule";

/** So late may a sweep be for an instant that it still sees in time. */
const IN_TIME_MS = 5 * 60_000;

type Due = Pick<ActiveSchedule, "cron" | "timeZone" | "nextAt" | "catchUp">;

export interface DueInstants {
  /** Those that make a job, oldest first. */
  readonly instants: readonly number[];
  /** The first of those that are left out; null if none is. */
  readonly missedAt: number | null;
}

/** Which instants up to `now` make a job, by the schedule's catch-up policy. However many were missed, it looks at few. */
export function dueInstants({ nextAt, catchUp, ...spec }: Due, now: number): DueInstants {
  const count = typeof catchUp === "object" ? catchUp.all : 1;
  const latest = recurrenceOf(spec).latest(nextAt, now, count);
  const instants = catchUp === "none" ? latest.filter((at) => now - at <= IN_TIME_MS) : latest;
  return { instants, missedAt: instants[0] === nextAt ? null : nextAt };
}
