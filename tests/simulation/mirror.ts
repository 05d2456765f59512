import type { Job, JobId } from "@/lib/core/job";
import type { Change, Ledger } from "@/lib/core/ledger";
import type { StoredSchedule } from "@/lib/schedules/schedule";
import { jobPlace } from "@/lib/store/jobs/places";
import { readRecord, readSchedule } from "@/tests/simulation/read-record";
import type { Holdings } from "@/tests/support/standing";

/** A record that a write has changed; null where there is none, before or after. */
export interface RecordChange {
  readonly id: JobId;
  readonly was: Job | null;
  readonly now: Job | null;
}

/** What one call has written. */
export interface Write {
  readonly changes: readonly Change[];
  readonly records: readonly RecordChange[];
  /** Which jobs held a unique key that it has put, before or after. */
  readonly holders: readonly string[];
}

export type Mirror = ReturnType<typeof createMirror>;

const JOB = jobPlace("" as JobId);
const NOBODY: ReadonlyMap<string, number> = new Map();

/**
 * A ledger that is watched: every change that it says it applied is repeated in plain maps, so that whoever
 * looks for broken promises after each step reads from there, whatever the ledger is.
 */
export function createMirror(ledger: Ledger, clock: () => number, onWrite: (write: Write) => void) {
  const jobs = new Map<string, Job>();
  /** All of them, for those who ask several times between two writes. */
  let all: readonly Job[] | null = null;
  const schedules = new Map<string, StoredSchedule>();
  const documents = new Map<string, { readonly text: string; readonly expiresAt: number }>();
  const sets = new Map<string, Map<string, number>>();
  const counters = new Map<string, number>();

  const holdings: Holdings = {
    membersOf: (set) => sets.get(set) ?? NOBODY,
    textAt(key) {
      const document = documents.get(key);
      return document && document.expiresAt > clock() ? document.text : null;
    },
    countOf: (counter) => counters.get(counter) ?? 0,
  };

  function noteRecord(key: string, text: string | null): RecordChange[] {
    const was = jobs.get(key) ?? null;
    const now = text === null ? null : readRecord(text);
    if (now) jobs.set(key, now);
    else jobs.delete(key);
    all = null;
    const id = (now ?? was)?.id;
    return id ? [{ id, was, now }] : [];
  }

  function move(set: string, member: string, score: number | null): void {
    const members = sets.get(set) ?? new Map<string, number>();
    sets.set(set, members);
    if (score === null) members.delete(member);
    else members.set(member, score);
  }

  function repeat(all: readonly Change[], applied: readonly boolean[]): void {
    const changes = all.filter((_, i) => applied[i]);
    if (changes.length === 0) return;
    const records: RecordChange[] = [];
    const holders: string[] = [];
    for (const { puts = [], moves = [], adds = [], drops = [] } of changes) {
      for (const { key, entry, expiresAt = Number.POSITIVE_INFINITY } of puts) {
        if (key.startsWith("unique:")) holders.push(holdings.textAt(key) ?? "", entry?.text ?? "");
        if (entry) documents.set(key, { text: entry.text, expiresAt });
        else documents.delete(key);
        const schedule = entry && readSchedule(key, entry.text);
        if (schedule) schedules.set(key, schedule);
        else schedules.delete(key);
        if (key.startsWith(JOB)) records.push(...noteRecord(key, entry?.text ?? null));
      }
      for (const { set, member, score } of moves) move(set, member, score);
      for (const { counter, by } of adds) counters.set(counter, holdings.countOf(counter) + by);
      for (const counter of drops) counters.delete(counter);
    }
    onWrite({ changes, records, holders });
  }

  const watched: Ledger = {
    ...ledger,
    async apply(changes) {
      const applied = await ledger.apply(changes);
      repeat(changes, applied);
      return applied;
    },
    async applyAndRange(changes, range) {
      const answer = await ledger.applyAndRange(changes, range);
      repeat(changes, answer.applied);
      return answer;
    },
  };

  return {
    ledger: watched,
    holdings,
    jobs(): readonly Job[] {
      all ??= [...jobs.values()];
      return all;
    },
    job: (id: JobId) => jobs.get(jobPlace(id)) ?? null,
    /** Whether there is a document whose key begins so. */
    has: (prefix: string): boolean => [...documents.keys()].some((key) => key.startsWith(prefix)),
    schedules: (): StoredSchedule[] => [...schedules.values()],
    textOf: (id: JobId) => documents.get(jobPlace(id))?.text ?? null,

    /** All that is kept, by its place: documents, members of sets and what counters count. */
    leftovers: (): string[] => [
      ...[...documents.keys()].flatMap((key) => {
        const text = holdings.textAt(key);
        return text === null ? [] : [`${key} = ${text}`];
      }),
      ...[...sets].flatMap(([set, members]) =>
        [...members].map(([member, score]) => `${set} holds ${member} at ${score}`),
      ),
      ...[...counters].flatMap(([name, value]) => (value === 0 ? [] : [`${name} is ${value}`])),
    ],
  };
}
