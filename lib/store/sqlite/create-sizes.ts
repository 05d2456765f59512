import type { DatabaseSync } from "node:sqlite";

type ValueRow = { readonly value: number } | undefined;

/**
 * How many members sets have. A set is counted when its size is first asked for; from then on whoever moves its members
 * keeps the figure up, for counting takes as long as there are members.
 */
export function createSizes(database: DatabaseSync) {
  const read = database.prepare("SELECT value FROM sizes WHERE name = ?");
  const count = database.prepare(/* sql */ `
    INSERT INTO sizes (name, value) SELECT ?1, count(*) FROM members WHERE name = ?1
    ON CONFLICT (name) DO UPDATE SET value = excluded.value
  `);
  const grow = database.prepare("UPDATE sizes SET value = value + ? WHERE name = ?");
  const grown = new Map<string, number>();

  return {
    of(set: string): number {
      if (read.get(set) === undefined) count.run(set);
      return (read.get(set) as ValueRow)?.value ?? 0;
    },

    /** Forgets what a transaction before has noted, for that may have failed. */
    begin: () => grown.clear(),

    note: (set: string, by: number) => void grown.set(set, (grown.get(set) ?? 0) + by),

    /** Writes what has changed, of those sets that were asked for. */
    end(): void {
      for (const [set, by] of grown) if (by !== 0) grow.run(by, set);
    },
  };
}

export type Sizes = ReturnType<typeof createSizes>;
