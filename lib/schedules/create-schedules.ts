import type { Clock } from "@/lib/clock";
import type { CatchUp, Overlap, ScheduleView } from "@/lib/contracts/schedules";
import { type Job, JobId } from "@/lib/core/job";
import type { RecordStore } from "@/lib/core/record-store";
import { nextOf } from "@/lib/core/recurrence";
import { AppError } from "@/lib/errors";
import { derivedId, type Ids } from "@/lib/id";
import type { Json } from "@/lib/json";
import { createFire } from "@/lib/schedules/fire";
import { SCHEDULE, type Schedule, type StoredSchedule } from "@/lib/schedules/schedule";
import { toScheduleView } from "@/lib/schedules/schedule-view";
import { type JobQueue, submissionOf } from "@/lib/schedules/submission";

export interface SchedulesDeps {
  readonly records: Pick<RecordStore, "get" | "put" | "delete" | "list">;
  readonly queue: JobQueue;
  /** Keeps the files that a schedule names. @throws AppError `file_not_found` */
  readonly userFiles: { hold(owner: string, fileIds: readonly string[], holderId: string): Promise<unknown> };
  /** Admits one more schedule of an owner. @throws AppError `quota_exceeded`, `too_many_requests` */
  readonly admit: (owner: string) => Promise<void>;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** What its owner says of a schedule. */
interface Wishes {
  readonly name: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly input: Json;
  readonly options: Schedule["options"];
  readonly overlap: Overlap;
  readonly catchUp: CatchUp;
}

type Changes = { readonly [Name in keyof Wishes]?: Wishes[Name] | undefined };

/** What a change makes of a schedule. */
interface Changed {
  readonly value: Schedule;
  readonly dueAt: number | null;
}

/** Every round somebody else wrote to this very schedule: a sweep, its owner. */
const MAX_ROUNDS = 25;

/** Recurring triggers. Every verb sees one owner's schedules only: others are not found. */
export function createSchedules({ records, queue, userFiles, admit, clock, ids }: SchedulesDeps) {
  const viewOf = (stored: Pick<StoredSchedule, "id" | "value">) => toScheduleView(stored, clock());

  async function find(owner: string, id: string): Promise<StoredSchedule> {
    const found = await records.get(SCHEDULE, { owner, id });
    if (!found) throw new AppError("not_found", "There is no such schedule.");
    return found;
  }

  /** Checks the job as its submission would be, and holds its files. Answers their ids. */
  async function checkJob(owner: string, id: string, wishes: Wishes): Promise<readonly string[]> {
    const files = queue.check(submissionOf(wishes, { owner, id }));
    if (files.length > 0) await userFiles.hold(owner, files, id);
    return files;
  }

  async function update(owner: string, id: string, decide: (schedule: Schedule, now: number) => Promise<Changed>) {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const { rev, value } = await find(owner, id);
      const now = clock();
      const changed = await decide(value, now);
      const updated = { value: { ...changed.value, updatedAt: now }, dueAt: changed.dueAt };
      const written = await records.put(SCHEDULE, { owner, id }, { ...updated, rev, now });
      if (written !== null) return viewOf({ id, value: updated.value });
    }
    throw tooMany();
  }

  return {
    fire: createFire({ records, queue, clock }),

    /** @throws AppError `cron_invalid`, `time_zone_unknown`, what a submission is refused with, `quota_exceeded` */
    async create(owner: string, wishes: Wishes): Promise<ScheduleView> {
      const now = clock();
      const id = ids("sch");
      const nextAt = nextOf(wishes, now);
      const files = await checkJob(owner, id, wishes);
      await admit(owner);
      const record = { files, lastFired: null, lastSkipped: null, createdAt: now, updatedAt: now };
      const value = { ...wishes, ...record, state: "active" as const, nextAt };
      await records.put(SCHEDULE, { owner, id }, { value, rev: 0, dueAt: nextAt, now });
      return viewOf({ id, value });
    },

    read: async (owner: string, id: string): Promise<ScheduleView> => viewOf(await find(owner, id)),

    async list(owner: string, page: { readonly cursor: string | null; readonly limit: number }) {
      const { records: found, cursor } = await records.list(SCHEDULE, { owner, ...page });
      return { schedules: found.map(viewOf), cursor };
    },

    /** Changes what is said, and leaves the rest. Once repaired, a schedule that has paused itself has no reason left. */
    change: (owner: string, id: string, changes: Changes): Promise<ScheduleView> =>
      update(owner, id, async (before, now) => {
        const said = Object.fromEntries(Object.entries(changes).filter(([, wish]) => wish !== undefined));
        const wishes: Schedule = { ...before, ...said };
        const value = { ...wishes, files: await checkJob(owner, id, wishes) };
        const nextAt = nextOf(value, now);
        if (value.state === "paused") return { value: { ...value, reason: null }, dueAt: null };
        const isAtOtherTimes = value.cron !== before.cron || value.timeZone !== before.timeZone;
        // What is overdue stays so, and fires as it would have.
        return isAtOtherTimes ? { value: { ...value, nextAt }, dueAt: nextAt } : { value, dueAt: value.nextAt };
      }),

    pause: (owner: string, id: string): Promise<ScheduleView> =>
      update(owner, id, async (schedule) => {
        if (schedule.state === "paused") return { value: schedule, dueAt: null };
        const { nextAt: _nextAt, ...facts } = schedule;
        return { value: { ...facts, state: "paused", reason: null }, dueAt: null };
      }),

    /** Goes on with the next instant from now: what came while it was paused is not caught up. */
    resume: (owner: string, id: string): Promise<ScheduleView> =>
      update(owner, id, async (schedule, now) => {
        if (schedule.state === "active") return { value: schedule, dueAt: schedule.nextAt };
        const { reason: _reason, ...facts } = schedule;
        const files = await checkJob(owner, id, facts);
        const nextAt = nextOf(facts, now);
        return { value: { ...facts, files, state: "active", nextAt }, dueAt: nextAt };
      }),

    /** The jobs that it has made go on. */
    async remove(owner: string, id: string): Promise<void> {
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        const { rev } = await find(owner, id);
        if (await records.delete(SCHEDULE, { owner, id, rev })) return;
      }
      throw tooMany();
    },

    /**
     * Makes a job now, whether the schedule is paused or not. The overlap policy holds: with `skip`, an unfinished
     * job is answered instead. A request that is repeated with its key makes no second one.
     */
    async run(owner: string, id: string, key: string | null): Promise<{ readonly job: Job; readonly isNew: boolean }> {
      const { value } = await find(owner, id);
      const jobId = key === null ? undefined : JobId.parse(derivedId("job", value.createdAt, [id, "run", key]));
      return queue.submit(submissionOf(value, { owner, id, jobId }));
    },
  };
}

const tooMany = () =>
  new AppError("unavailable", "Too many others are changing this schedule. Try again in a few seconds.");
