import type { RecordStore } from "@/lib/core/record-store";

interface Kept {
  readonly kind: string;
  readonly owner: string;
  readonly id: string;
  readonly rev: number;
  readonly text: string;
  readonly expiresAt: number | null;
}

/** Records in memory, as plain as the port allows. */
export function createMemoryRecords(): RecordStore {
  const kept = new Map<string, Kept>();
  const keyOf = (kind: string, { owner, id }: { readonly owner: string; readonly id: string }) =>
    [kind, owner, id].join(" ");

  return {
    async get(kind, place) {
      const found = kept.get(keyOf(kind.name, place));
      return found ? { ...found, value: kind.schema.parse(JSON.parse(found.text)) } : null;
    },
    async put(kind, { owner, id }, { value, rev, expiresAt }) {
      const key = keyOf(kind.name, { owner, id });
      if ((kept.get(key)?.rev ?? 0) !== rev) return null;
      kept.set(key, { kind: kind.name, owner, id, rev: rev + 1, text: JSON.stringify(value), expiresAt });
      return rev + 1;
    },
    async delete(kind, { rev, ...place }) {
      const key = keyOf(kind.name, place);
      return kept.get(key)?.rev === rev && kept.delete(key);
    },
    async list(kind, { owner, limit }) {
      const own = [...kept.values()].filter((record) => record.kind === kind.name && record.owner === owner);
      const page = own.reverse().slice(0, limit);
      return {
        records: page.map((record) => ({ ...record, value: kind.schema.parse(JSON.parse(record.text)) })),
        cursor: null,
      };
    },
    async expired(now, limit) {
      const due = [...kept.values()].filter(({ expiresAt }) => expiresAt !== null && expiresAt <= now);
      return due.slice(0, limit).map(({ kind, owner, id }) => ({ kind, owner, id }));
    },
  };
}
