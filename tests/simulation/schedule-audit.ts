import type { Job } from "@/lib/core/job";
import { recurrenceOf } from "@/lib/core/recurrence";
import { derivedId } from "@/lib/id";
import type { StoredSchedule } from "@/lib/schedules/schedule";
import { MAX_APART_MS } from "@/tests/simulation/history";
import type { Mirror, RecordChange, Write } from "@/tests/simulation/mirror";
import { readSchedule } from "@/tests/simulation/read-record";

const MINUTE_MS = 60_000;
/** No instant is made up for after so long: sweeps are missed for a few minutes at most. */
const LONGEST_MS = 30 * MINUTE_MS;
/** A sweep a minute, with clocks that differ and some time to get it done. */
const ON_TIME_MS = 2 * MINUTE_MS + MAX_APART_MS;

interface Known {
  readonly createdAt: number;
  readonly cron: string;
  readonly timeZone: string;
  /** When it was paused and resumed, one after the other. */
  readonly turns: number[];
}

/** Looks after schedules: which jobs they make, that they make none while they are paused, and that they fire on time. */
export function createScheduleAudit(
  mirror: () => Mirror,
  now: () => number,
  { asked }: { readonly asked: ReadonlySet<string> },
) {
  const known = new Map<string, Known>();

  function note({ id, value }: StoredSchedule): void {
    const { createdAt, cron, timeZone } = value;
    const turns = known.get(id)?.turns ?? [];
    const isPaused = turns.length % 2 === 1;
    if (isPaused !== (value.state === "paused")) turns.push(now());
    known.set(id, { createdAt, cron, timeZone, turns });
  }

  const idAt = (id: string, at: number) => derivedId("job", at, [id, "fired"]);

  /** The instant that the job was made for, by its id and its clock; undefined if there is none. */
  function instantOf(id: string, { cron, timeZone }: Known, job: Job): number | undefined {
    const latest = Math.floor((job.createdAt + MAX_APART_MS) / MINUTE_MS) * MINUTE_MS;
    for (let at = latest; at > latest - LONGEST_MS; at -= MINUTE_MS) {
      if (idAt(id, at) === job.id) return recurrenceOf({ cron, timeZone }).latest(at, at, 1)[0];
    }
  }

  function wrongTick(job: Job): string[] {
    const id = job.tags.find((tag) => tag.startsWith("schedule:"))?.slice("schedule:".length);
    if (id === undefined) return [];
    const schedule = known.get(id);
    if (!schedule) return [`${job.id} was made by ${id}, which never was`];
    const isAsked = [...asked].some((key) => derivedId("job", schedule.createdAt, [id, "run", key]) === job.id);
    if (isAsked) return [];
    const at = instantOf(id, schedule, job);
    if (at === undefined) return [`${job.id} was made by ${id} for no instant, and nobody has asked for it`];
    const { turns } = schedule;
    const isPaused = turns.some((from, i) => {
      const to = turns[i + 1] ?? Number.POSITIVE_INFINITY;
      return i % 2 === 0 && at > from + MAX_APART_MS && at < to - MAX_APART_MS;
    });
    return isPaused ? [`${job.id} was made by ${id} for an instant at which it was paused`] : [];
  }

  return {
    afterWrite({ changes }: Write, records: readonly RecordChange[]): string[] {
      for (const { puts = [] } of changes) {
        for (const { key, entry } of puts) {
          const kept = entry && readSchedule(key, entry.text);
          if (kept) note(kept);
        }
      }
      return records.flatMap(({ was, now: job }) => (!was && job ? wrongTick(job) : []));
    },

    /** When nothing has gone wrong for a while: each active one has dealt with its instants. */
    late: (): string[] =>
      mirror()
        .schedules()
        .flatMap(({ id, value }) => {
          const lateMs = value.state === "active" ? now() - value.nextAt : 0;
          return lateMs > ON_TIME_MS ? [`${id} has not fired for ${lateMs} ms`] : [];
        }),
  };
}
