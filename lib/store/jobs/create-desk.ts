import type { JobId } from "@/lib/core/job";
import type { Change, Entry, Ledger, Scored } from "@/lib/core/ledger";
import { type KeptJob, parseKept } from "@/lib/store/jobs/job-text";
import { jobPlace, waitingPlace } from "@/lib/store/jobs/places";

export type Desk = ReturnType<typeof createDesk>;

/**
 * What one round of decisions knows: documents as they were read, with what this round has already
 * planned laid over them, so that the second job of a batch is decided after the first.
 */
export function createDesk(ledger: Pick<Ledger, "read" | "range">) {
  const entries = new Map<string, Entry | null>();
  /** A record is asked for several times, and reading it is most of what deciding takes. */
  const read = new Map<Entry, KeptJob>();
  const heads = new Map<string, Scored | null>();
  const planned = new Set<string>();

  /** What was not loaded is taken to be absent; the write's guard finds out if it is not. */
  const entry = (key: string): Entry | null => entries.get(key) ?? null;

  return {
    entry,

    async load(keys: readonly string[]): Promise<void> {
      const missing = [...new Set(keys)].filter((key) => !entries.has(key));
      if (missing.length === 0) return;
      const found = await ledger.read(missing);
      missing.forEach((key, i) => {
        entries.set(key, found[i] ?? null);
      });
    },

    /** Reads who is first in these lanes, to be admitted if the holder leaves. */
    async loadHeads(lanes: readonly string[]): Promise<void> {
      const missing = [...new Set(lanes)].filter((lane) => !heads.has(lane));
      const ranges = missing.map((lane) => ledger.range({ set: waitingPlace(lane), limit: 1 }));
      const found = await Promise.all(ranges);
      missing.forEach((lane, i) => {
        heads.set(lane, found[i]?.[0] ?? null);
      });
    },

    /** Null: nobody, or it was not read in time. */
    head: (lane: string): Scored | null => heads.get(lane) ?? null,

    job(id: JobId): KeptJob | null {
      const found = entry(jobPlace(id));
      if (!found) return null;
      const kept = read.get(found) ?? parseKept(id, found);
      read.set(found, kept);
      return kept;
    },

    /** Whether this round itself means to write the document. */
    isPlanned: (key: string): boolean => planned.has(key),

    plan({ puts = [] }: Change): void {
      for (const put of puts) {
        entries.set(put.key, put.entry);
        planned.add(put.key);
      }
    },
  };
}
