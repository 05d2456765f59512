import type { Dispatcher } from "@/lib/core/dispatcher";
import type { FinishedJob } from "@/lib/core/job";
import type { JobEvent } from "@/lib/core/job-event";
import type { JobStore } from "@/lib/core/job-store";
import type { ExpiredRecord, RecordStore } from "@/lib/core/record-store";

export interface SweepDeps {
  readonly store: Pick<JobStore, "tend" | "acknowledge">;
  readonly records: Pick<RecordStore, "expired">;
  readonly dispatcher: Dispatcher;
  readonly clock: () => number;
  /** Hears of every job's end, at least once. */
  readonly tell: (event: JobEvent) => Promise<void>;
  /** Removes all that a finished job has left, its record last. */
  readonly removeJob: (job: FinishedJob) => Promise<void>;
  /** Removes what hangs on a record whose time is over, and the record. */
  readonly removeRecord: (record: ExpiredRecord) => Promise<void>;
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
 * Makes the sweep: promotes, rescues, tells of ends, prunes, kicks. Each task is bounded and safe to
 * run twice at once and by many. With nothing due it costs two commands.
 */
export function createSweep({ store, records, dispatcher, clock, ...deps }: SweepDeps) {
  const { tell, removeJob, removeRecord, onError } = deps;

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

  /** What is due of jobs. A worker does this first; the sweep does it with the rest. */
  async function tend(stuck = new Set<string>()) {
    // What is stuck is the oldest that is due: looking past it keeps it from hiding all the rest for ever.
    const due = await store.tend(clock(), LIMIT + stuck.size);
    await each("kick_failed", [due.kicks], (kicks) => dispatcher.kick(kicks));
    const events = due.events.filter(({ id }) => !stuck.has(id));
    const told = await each("event_failed", events, tell);
    if (told.length > 0) await store.acknowledge(told);
    const expired = due.expired.filter(({ id }) => !stuck.has(id));
    const removed = await each("prune_failed", expired, removeJob);
    for (const { id } of [...events, ...expired]) stuck.add(id);
    for (const { id } of [...told, ...removed]) stuck.delete(id);
    return { ...due, events: told.length, removed: removed.length };
  }

  async function sweep(): Promise<Swept> {
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
      if (!hasMore) break;
    }
    await each("clean_up_failed", await records.expired(clock(), LIMIT), removeRecord);
    return total;
  }

  return { tend: () => tend(), sweep };
}
