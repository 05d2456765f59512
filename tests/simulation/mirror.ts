import { Job, type JobId } from "@/lib/core/job";
import type { Change, Entry, Ledger } from "@/lib/core/ledger";
import { jobPlace } from "@/lib/store/jobs/places";
import { createMemoryLedger } from "@/lib/store/memory/create-memory-ledger";

/** A record that a write has changed; null where there is none, before or after. */
export interface RecordChange {
  readonly id: JobId;
  readonly was: Job | null;
  readonly now: Job | null;
}

export type Mirror = ReturnType<typeof createMirror>;

const JOB = jobPlace("" as JobId);

/**
 * A ledger that is watched: every change that it says it applied is repeated in memory, so that whoever
 * looks for broken promises after each step reads from there, whatever the ledger is.
 */
export function createMirror(ledger: Ledger, clock: () => number, onWrite: (changes: RecordChange[]) => Promise<void>) {
  const copy = createMemoryLedger({ clock });
  const jobs = new Map<string, Job>();
  const keys = new Set<string>();
  const sets = new Set<string>();
  const counters = new Set<string>();

  function note(key: string, entry: Entry | null): RecordChange[] {
    if (entry) keys.add(key);
    else keys.delete(key);
    if (!key.startsWith(JOB)) return [];
    const was = jobs.get(key) ?? null;
    const now = entry && Job.parse(JSON.parse(entry.text));
    if (now) jobs.set(key, now);
    else jobs.delete(key);
    const id = (now ?? was)?.id;
    return id ? [{ id, was, now }] : [];
  }

  async function repeat(changes: readonly Change[], applied: readonly boolean[]): Promise<void> {
    const done = changes.filter((_, i) => applied[i]);
    const records = done.flatMap(({ puts = [] }) => puts.flatMap(({ key, entry }) => note(key, entry)));
    for (const { moves = [], adds = [] } of done) {
      for (const { set } of moves) sets.add(set);
      for (const { counter } of adds) counters.add(counter);
    }
    await copy.apply(done.map(withoutGuards));
    if (done.length > 0) await onWrite(records);
  }

  const watched: Ledger = {
    ...ledger,
    async apply(changes) {
      const applied = await ledger.apply(changes);
      await repeat(changes, applied);
      return applied;
    },
    async applyAndRange(changes, range) {
      const answer = await ledger.applyAndRange(changes, range);
      await repeat(changes, answer.applied);
      return answer;
    },
  };

  return {
    ledger: watched,
    copy,
    jobs: () => [...jobs.values()],
    job: (id: JobId) => jobs.get(jobPlace(id)) ?? null,

    /** All that is kept, by its place: documents, members of sets and what counters count. */
    async leftovers(of: Ledger): Promise<string[]> {
      const names = [...keys];
      const documents = (await of.read(names)).flatMap((entry, i) => (entry ? [`${names[i]} = ${entry.text}`] : []));
      const members = await Promise.all(
        [...sets].map(async (set) =>
          (await of.range({ set, limit: 1_000 })).map(({ member, score }) => `${set} holds ${member} at ${score}`),
        ),
      );
      const counted = [...counters];
      const values = await of.counters(counted);
      return [
        ...documents,
        ...members.flat(),
        ...counted.flatMap((name, i) => (values[i] ? `${name} is ${values[i]}` : [])),
      ];
    },
  };
}

const withoutGuards = ({ puts = [], moves = [], adds = [], drops = [] }: Change): Change => ({
  puts: puts.map((put) => ({ ...put, expect: { below: Number.MAX_SAFE_INTEGER } })),
  moves,
  adds: adds.map(({ counter, by }) => ({ counter, by })),
  drops,
});
