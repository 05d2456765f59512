import type { ScheduleView } from "@/lib/contracts/schedules";
import { recurrenceOf } from "@/lib/core/recurrence";
import type { ActiveSchedule, StoredSchedule } from "@/lib/schedules/schedule";

const NEXT_TIMES = 5;

/** A schedule as its owner sees it now. */
export function toScheduleView({ id, value }: Pick<StoredSchedule, "id" | "value">, now: number): ScheduleView {
  const { files: _files, ...facts } = value;
  if (facts.state === "paused") return { ...facts, id, nextTimes: [] };
  const { nextAt, ...shown } = facts;
  return { ...shown, id, reason: null, nextTimes: nextTimes(facts, now) };
}

function nextTimes(schedule: Omit<ActiveSchedule, "files">, now: number): number[] {
  const { nextAt } = schedule;
  return [nextAt, ...recurrenceOf(schedule).after(Math.max(nextAt, now), NEXT_TIMES - 1)];
}
