import type { Dispatcher } from "@/lib/core/dispatcher";
import type { FinishedJob, JobId } from "@/lib/core/job";
import type { JobEvent } from "@/lib/core/job-event";
import type { JobStore } from "@/lib/core/job-store";
import type { DueRecord, RecordStore } from "@/lib/core/record-store";

export interface SweepDeps {
  readonly store: Pick<JobStore, "tend" | "acknowledge">;
  readonly records: Pick<RecordStore, "due">;
  readonly dispatcher: Dispatcher;
  readonly clock: () => number;
  /** Hears of every job's end, at least once. If it throws, all of these ends are told again. */
  readonly tell: (events: readonly JobEvent[]) => Promise<void>;
  /** Removes all that a finished job has left, its record last. */
  readonly removeJob: (job: FinishedJob) => Promise<void>;
  /** Removes files that came after their job was removed. */
  readonly removeLate: (id: JobId) => Promise<void>;
  /** Does what a due record asks for, and gives it another time or removes it. */
  readonly serveRecord: (record: DueRecord) => Promise<void>;
  /** One entry failed; the others go on, and it stays due. */
  readonly onError: (event: string, error: unknown) => void;
}

export interface Swept {
  readonly promoted: number;
  readonly rescued: number;
  readonly removed: number;
  readonly events: number;
}

/** How much one look takes up, and how many looks one sweep makes: the next sweep goes on. */
const LIMIT = 100;
const MAX_LOOKS = 20;
/** A function ends some time: schedules do not wait until thousands of jobs are removed. */
const JOBS_FIRST_MS = 60_000;

const ALWAYS = () => true;

/**
 * Makes the sweep: promotes, rescues, tells of ends, prunes, kicks, and serves records that are due. Each task is bounded and safe to
 * run twice at once and by many. With nothing due it costs two commands.
 */
export function createSweep({ store, records, dispatcher, clock, ...deps }: SweepDeps) {
  const { tell, removeJob, removeLate, serveRecord, onError } = deps;

  /** Does as much as it can: what fails, and what there is no time for, stays due for the next sweep. */
  async function each<Item>(
    event: string,
    items: readonly Item[],
    act: (item: Item) => Promise<void>,
    hasTime = ALWAYS,
  ) {
    const done: Item[] = [];
    const failed: Item[] = [];
    for (const item of items) {
      if (!hasTime()) break;
      try {
        await act(item);
        done.push(item);
      } catch (error) {
        failed.push(item);
        onError(event, error);
      }
    }
    return { done, failed };
  }

  /** Tells of many ends in few calls; should that fail, of each alone, so that none holds up the others. */
  async function tellAll(events: readonly JobEvent[]) {
    const tellEach = () => each("event_failed", events, (event) => tell([event]));
    if (events.length <= 1) return tellEach();
    try {
      await tell(events);
      return { done: events, failed: [] };
    } catch (error) {
      const told = await tellEach();
      if (told.failed.length === 0) onError("events_failed", error); // else each that failed has said why
      return told;
    }
  }

  /** What is due of jobs. A worker does this first; the sweep does it with the rest. Removing can wait, if there is no time. */
  async function tend(hasTime = ALWAYS, stuck = new Set<string>()) {
    // What is stuck is the oldest that is due: looking past it keeps it from hiding all the rest for ever.
    const due = await store.tend(clock(), LIMIT + stuck.size);
    await each("kick_failed", [due.kicks], (kicks) => dispatcher.kick(kicks));
    const told = await tellAll(due.events.filter(({ id }) => !stuck.has(id)));
    if (told.done.length > 0) await store.acknowledge(told.done);
    const expired = due.expired.filter(({ id }) => !stuck.has(id));
    const removed = await each("prune_failed", expired, removeJob, hasTime);
    const late = due.late.filter((id) => !stuck.has(id));
    const cleared = await each("late_files_failed", late, removeLate, hasTime);
    for (const { id } of [...told.failed, ...removed.failed]) stuck.add(id);
    for (const id of cleared.failed) stuck.add(id);
    return { ...due, events: told.done.length, removed: removed.done.length };
  }

  /** All that is due of jobs, in looks of bounded size and number, as long as there is time. */
  async function tendAll(hasTime = ALWAYS): Promise<Swept> {
    const stuck = new Set<string>();
    let total: Swept = { promoted: 0, rescued: 0, removed: 0, events: 0 };
    for (let look = 0; look < MAX_LOOKS; look += 1) {
      const { promoted, rescued, removed, events, hasMore } = await tend(hasTime, stuck);
      total = added(total, { promoted, rescued, removed, events });
      // What was rescued may have ended by that, and its end is to be told.
      if (!hasTime() || !(hasMore || rescued > 0)) break;
    }
    return total;
  }

  async function sweep(): Promise<Swept> {
    const until = clock() + JOBS_FIRST_MS;
    const total = await tendAll(() => clock() < until);
    const isCut = clock() >= until;
    await serveRecords();
    return isCut ? added(total, await tendAll()) : total;
  }

  /** Schedules, and records whose time is over. As with jobs, what is stuck hides nothing that stands behind it. */
  async function serveRecords(): Promise<void> {
    const stuck = new Set<string>();
    const keyOf = ({ kind, owner, id }: DueRecord) => JSON.stringify([kind, owner, id]);
    for (let look = 0; look < MAX_LOOKS; look += 1) {
      const limit = LIMIT + stuck.size;
      const due = await records.due(clock(), limit);
      const wanted = due.filter((record) => !stuck.has(keyOf(record)));
      const { failed } = await each("record_failed", wanted, serveRecord);
      for (const record of failed) stuck.add(keyOf(record));
      if (due.length < limit) return;
    }
  }

  return { tend: (hasTime = ALWAYS) => tend(hasTime), tendAll, sweep };
}

const added = (one: Swept, other: Swept): Swept => ({
  promoted: one.promoted + other.promoted,
  rescued: one.rescued + other.rescued,
  removed: one.removed + other.removed,
  events: one.events + other.events,
});
