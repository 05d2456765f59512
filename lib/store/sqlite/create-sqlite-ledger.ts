import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import type { Clock } from "@/lib/clock";
import type { Change, Ledger, Range } from "@/lib/core/ledger";
import { createChanger } from "@/lib/store/sqlite/create-changer";
import { SCHEMA } from "@/lib/store/sqlite/schema";

const ENTRY = z.object({ rev: z.number(), text: z.string() }).optional();
const MEMBERS = z.array(z.object({ member: z.string(), score: z.number() }));
const VALUE = z.object({ value: z.number() }).optional();

/** Documents that expired are invisible at once; each write also removes a few of them. */
const SWEPT_PER_WRITE = 4;

/** A ledger in one SQLite file: every call is one transaction. */
export function createSqliteLedger({ database, clock }: { database: DatabaseSync; clock: Clock }): Ledger {
  database.exec(SCHEMA);
  const applyOne = createChanger(database, clock);
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
  const size = database.prepare("SELECT count(*) AS value FROM members WHERE name = ?");
  const counter = database.prepare("SELECT value FROM counters WHERE name = ?");
  const sweep = database.prepare(/* sql */ `
    DELETE FROM documents WHERE key IN
      (SELECT key FROM documents WHERE expiresAt <= ? ORDER BY expiresAt LIMIT ${SWEPT_PER_WRITE})
  `);

  function rangeOf({ set, max = Number.POSITIVE_INFINITY, offset = 0, limit, reverse }: Range) {
    return MEMBERS.parse((reverse ? downwards : upwards).all(set, max, limit, offset));
  }

  function inTransaction<Answer>(act: () => Answer): Answer {
    database.exec("BEGIN IMMEDIATE");
    try {
      const answer = act();
      database.exec("COMMIT");
      return answer;
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      throw error;
    }
  }

  function applyAll(changes: readonly Change[]): boolean[] {
    const applied = changes.map(applyOne);
    sweep.run(clock());
    return applied;
  }

  return {
    async read(keys) {
      const now = clock();
      return keys.map((key) => ENTRY.parse(entry.get(key, now)) ?? null);
    },
    apply: async (changes) => inTransaction(() => applyAll(changes)),
    applyAndRange: async (changes, range) =>
      inTransaction(() => ({ applied: applyAll(changes), members: rangeOf(range) })),
    range: async (range) => rangeOf(range),
    sizes: async (sets) => sets.map((set) => VALUE.parse(size.get(set))?.value ?? 0),
    counters: async (names) => names.map((name) => VALUE.parse(counter.get(name))?.value ?? 0),
  };
}
