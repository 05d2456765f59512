import type { Clock } from "@/lib/clock";
import { JobId } from "@/lib/core/job";
import type { RecordStore } from "@/lib/core/record-store";
import { nextOf } from "@/lib/core/recurrence";
import { AppError, STATUS_BY_CODE } from "@/lib/errors";
import { derivedId } from "@/lib/id";
import { dueInstants } from "@/lib/schedules/due-instants";
import { type ActiveSchedule, SCHEDULE, type Schedule } from "@/lib/schedules/schedule";
import { type JobQueue, submissionOf } from "@/lib/schedules/submission";

interface FireDeps {
  readonly records: Pick<RecordStore, "get" | "put">;
  readonly queue: Pick<JobQueue, "submit">;
  readonly clock: Clock;
}

interface Place {
  readonly owner: string;
  readonly id: string;
}

/** What has become of a schedule, and when it is due again. */
interface Fired {
  readonly value: Schedule;
  readonly dueAt: number | null;
}

/** A little less than the time between two sweeps: the next one tries again what could not be done yet. */
const RETRY_MS = 30_000;

/**
 * Fires a schedule that is due. Each instant's job has an id of its own, so that any number of sweeps at once, and
 * one that follows a crash, make it once; then the schedule moves on, if nobody else has moved it.
 */
export function createFire({ records, queue, clock }: FireDeps) {
  return async function fire(place: Place): Promise<void> {
    const now = clock(); // before it is read: it may be paused while we wait for the answer, and has no instant after that
    const kept = await records.get(SCHEDULE, place);
    if (kept?.value.state !== "active" || kept.dueAt === null || kept.dueAt > now) return;
    const fired = await fireAll(place, kept.value, now);
    // Null: another sweep has moved it, or its owner has changed it, in which case it is still due.
    await records.put(SCHEDULE, place, { ...fired, rev: kept.rev, now });
  };

  async function fireAll(place: Place, before: ActiveSchedule, now: number): Promise<Fired> {
    let schedule = before;
    try {
      const { instants, missedAt } = dueInstants(schedule, now);
      if (missedAt !== null) schedule = { ...schedule, lastSkipped: { at: missedAt, reason: "missed" } };
      for (const at of instants) {
        // Where the next try begins, should this one be put off.
        schedule = { ...schedule, nextAt: at };
        schedule = await fireOne(place, schedule, at);
      }
      const nextAt = nextOf(schedule, now);
      return { value: { ...schedule, nextAt }, dueAt: nextAt };
    } catch (error) {
      const fired = error instanceof AppError ? refused(schedule, error, now) : null;
      if (!fired) throw error;
      return fired;
    }
  }

  async function fireOne(place: Place, schedule: ActiveSchedule, at: number): Promise<ActiveSchedule> {
    const jobId = JobId.parse(derivedId("job", at, [place.id, "fired"]));
    const madeId = await queue
      .submit(submissionOf(schedule, { ...place, jobId }))
      .then(({ job }) => job.id, unlessTaken);
    // Another job is the answer, or stands in the way: one that has the key, and is unfinished.
    if (madeId !== jobId) return { ...schedule, lastSkipped: { at, reason: "unfinished" } };
    return { ...schedule, lastFired: { at, jobId } };
  }
}

function unlessTaken(error: unknown): null {
  if (error instanceof AppError && STATUS_BY_CODE[error.code] === 409) return null;
  throw error;
}

/** What a refused submission makes of the schedule; null if the refusal says nothing about it. */
function refused(schedule: ActiveSchedule, { code, message }: AppError, now: number): Fired | null {
  switch (STATUS_BY_CODE[code]) {
    case 413:
    case 422: {
      // It would be refused the next time too: its job is gone, or its input, its files or its time zone.
      const { nextAt: _nextAt, ...facts } = schedule;
      return { value: { ...facts, state: "paused", reason: { code, message }, updatedAt: now }, dueAt: null };
    }
    case 429: {
      const lastSkipped = { at: schedule.nextAt, reason: code };
      return { value: { ...schedule, lastSkipped }, dueAt: now + RETRY_MS };
    }
    default:
      return null;
  }
}
