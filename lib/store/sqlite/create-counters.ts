import type { DatabaseSync } from "node:sqlite";
import type { Add } from "@/lib/core/ledger";

type ValueRow = { readonly value: number } | undefined;

/** Counters during one transaction: a hundred jobs of one queue read and write its counter once. */
export function createCounters(database: DatabaseSync) {
  const read = database.prepare("SELECT value FROM counters WHERE name = ?");
  const write = database.prepare(/* sql */ `
    INSERT INTO counters (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value
  `);
  const remove = database.prepare("DELETE FROM counters WHERE name = ?");
  const values = new Map<string, number>();
  const changed = new Set<string>();

  function valueIn(name: string): number {
    const known = values.get(name);
    if (known !== undefined) return known;
    const value = (read.get(name) as ValueRow)?.value ?? 0;
    values.set(name, value);
    return value;
  }

  return {
    /** Forgets what an earlier transaction has read, for others write too. */
    begin(): void {
      values.clear();
      changed.clear();
    },

    haveRoom(adds: readonly Add[]): boolean {
      if (adds.every(({ max }) => max === undefined)) return true;
      const sums = new Map<string, number>();
      return adds.every(({ counter, by, max = Number.POSITIVE_INFINITY }) => {
        const sum = (sums.get(counter) ?? valueIn(counter)) + by;
        sums.set(counter, sum);
        return sum <= max;
      });
    },

    add(adds: readonly Add[]): void {
      for (const { counter, by } of adds) {
        values.set(counter, valueIn(counter) + by);
        changed.add(counter);
      }
    },

    drop(name: string): void {
      remove.run(name);
      values.set(name, 0);
      changed.delete(name);
    },

    /** Writes what has changed. */
    end(): void {
      for (const name of changed) write.run(name, valueIn(name));
    },
  };
}
