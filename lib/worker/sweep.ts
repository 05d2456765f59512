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

/**
 * Makes the sweep: promotes, rescues, tells of ends, prunes, kicks, and serves records that are due. Each task is bounded and safe to
 * run twice at once and by many. With nothing due it costs two commands.
 */
export function createSweep({ store, records, dispatcher, clock, ...deps }: SweepDeps) {
  const { tell, removeJob, removeLate, serveRecord, onError } = deps;

  /** Does as much as it can: what fails stays due for the next sweep. */
  async function each<Item>(event: string, items: readonly Item[], act: (item: Item) => Promise<void>) {
    const done: Item[] = [];
    for (const item of items) {
      try {
        await act(item);
        done.push(item);
      } catch (error) {
        onError(event, error);
      }
    }
    return done;
  }

  /** Tells of many ends in few calls; should that fail, of each alone, so that none holds up the others. */
  async function tellAll(events: readonly JobEvent[]): Promise<readonly JobEvent[]> {
    const tellEach = () => each("event_failed", events, (event) => tell([event]));
    if (events.length <= 1) return tellEach();
    try {
      await tell(events);
      return events;
    } catch (error) {
      const told = await tellEach();
      if (told.length === events.length) onError("events_failed", error); // else each that failed has said why
      return told;
    }
  }

  /** What is due of jobs. A worker does this first; the sweep does it with the rest. */
  async function tend(stuck = new Set<string>()) {
    // What is stuck is the oldest that is due: looking past it keeps it from hiding all the rest for ever.
    const due = await store.tend(clock(), LIMIT + stuck.size);
    await each("kick_failed", [due.kicks], (kicks) => dispatcher.kick(kicks));
    const events = due.events.filter(({ id }) => !stuck.has(id));
    const told = await tellAll(events);
    if (told.length > 0) await store.acknowledge(told);
    const expired = due.expired.filter(({ id }) => !stuck.has(id));
    const removed = await each("prune_failed", expired, removeJob);
    const late = due.late.filter((id) => !stuck.has(id));
    const cleared = await each("late_files_failed", late, removeLate);
    for (const id of [...[...events, ...expired].map(({ id }) => id), ...late]) stuck.add(id);
    for (const id of [...[...told, ...removed].map(({ id }) => id), ...cleared]) stuck.delete(id);
    return { ...due, events: told.length, removed: removed.length };
  }

  /** All that is due of jobs, in looks of bounded size and number, as long as there is time. */
  async function tendAll(hasTime: () => boolean = () => true): Promise<Swept> {
    const stuck = new Set<string>();
    let total: Swept = { promoted: 0, rescued: 0, removed: 0, events: 0 };
    for (let look = 0; look < MAX_LOOKS; look += 1) {
      const { promoted, rescued, removed, events, hasMore } = await tend(stuck);
      total = {
        promoted: total.promoted + promoted,
        rescued: total.rescued + rescued,
        removed: total.removed + removed,
        events: total.events + events,
      };
      // What was rescued may have ended by that, and its end is to be told.
      if (!hasTime() || !(hasMore || rescued > 0)) break;
    }
    return total;
  }

  async function sweep(): Promise<Swept> {
    const total = await tendAll();
    await serveRecords();
    return total;
  }

  /** Schedules, and records whose time is over. As with jobs, what is stuck hides nothing that stands behind it. */
  async function serveRecords(): Promise<void> {
    const stuck = new Set<string>();
    const keyOf = ({ kind, owner, id }: DueRecord) => JSON.stringify([kind, owner, id]);
    for (let look = 0; look < MAX_LOOKS; look += 1) {
      const limit = LIMIT + stuck.size;
      const due = await records.due(clock(), limit);
      const wanted = due.filter((record) => !stuck.has(keyOf(record)));
      const served = await each("record_failed", wanted, serveRecord);
      for (const record of wanted) if (!served.includes(record)) stuck.add(keyOf(record));
      if (due.length < limit) return;
    }
  }

  return { tend: () => tend(), tendAll, sweep };
}
