import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "@/lib/clock";
import type { Change, Entry, Ledger, Range, Scored } from "@/lib/core/ledger";
import { createChanger } from "@/lib/store/sqlite/create-changer";
import { createSizes } from "@/lib/store/sqlite/create-sizes";
import { orUnavailable } from "@/lib/store/sqlite/failure";
import { SCHEMA } from "@/lib/store/sqlite/schema";

// Rows come back as our own STRICT tables declare them; parsing each would take as long as reading it.
type EntryRow = Entry | undefined;
type ValueRow = { readonly value: number } | undefined;

/** Documents that expired are invisible at once; each write also removes a few of them. */
const SWEPT_PER_WRITE = 4;

/** A ledger in one SQLite file: every call is one transaction. */
export function createSqliteLedger({ database, clock }: { database: DatabaseSync; clock: Clock }): Ledger {
  database.exec(SCHEMA);
  const memberCounts = createSizes(database);
  const applyChanges = createChanger(database, { clock, sizes: memberCounts });
  const entry = database.prepare(
    "SELECT rev, text FROM documents WHERE key = ? AND (expiresAt IS NULL OR expiresAt > ?)",
  );
  const inOrder = (order: "ASC" | "DESC") =>
    database.prepare(/* sql */ `
      SELECT member, score FROM members WHERE name = ? AND score <= ?
      ORDER BY score ${order}, member ${order} LIMIT ? OFFSET ?
    `);
  const upwards = inOrder("ASC");
  const downwards = inOrder("DESC");
  const counter = database.prepare("SELECT value FROM counters WHERE name = ?");
  const sweep = database.prepare(/* sql */ `
    DELETE FROM documents WHERE key IN
      (SELECT key FROM documents WHERE expiresAt <= ? ORDER BY expiresAt LIMIT ${SWEPT_PER_WRITE})
  `);

  function rangeOf({ set, max = Number.POSITIVE_INFINITY, offset = 0, limit, reverse }: Range) {
    const rows = (reverse ? downwards : upwards).all(set, max, limit, offset);
    return rows as unknown as Scored[]; // see above
  }

  const inTransaction = <Answer>(act: () => Answer): Answer =>
    orUnavailable(() => {
      database.exec("BEGIN IMMEDIATE");
      try {
        const answer = act();
        database.exec("COMMIT");
        return answer;
      } catch (error) {
        if (database.isTransaction) database.exec("ROLLBACK");
        throw error;
      }
    });

  function applyAll(changes: readonly Change[]): boolean[] {
    const applied = applyChanges(changes);
    sweep.run(clock());
    return applied;
  }

  return {
    async read(keys) {
      const now = clock();
      return orUnavailable(() => keys.map((key) => (entry.get(key, now) as unknown as EntryRow) ?? null));
    },
    apply: async (changes) => inTransaction(() => applyAll(changes)),
    applyAndRange: async (changes, range) =>
      inTransaction(() => ({ applied: applyAll(changes), members: rangeOf(range) })),
    range: async (range) => orUnavailable(() => rangeOf(range)),
    sizes: async (sets) => orUnavailable(() => sets.map(memberCounts.of)),
    counters: async (names) => orUnavailable(() => names.map((name) => (counter.get(name) as ValueRow)?.value ?? 0)),
  };
}
