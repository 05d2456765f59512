import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "@/lib/clock";
import { type Change, isQuestion, type Move, type Put } from "@/lib/core/ledger";
import { createCounters } from "@/lib/store/sqlite/create-counters";
import type { Sizes } from "@/lib/store/sqlite/create-sizes";

// Rows come back as our own STRICT tables declare them. This is the inner loop: parsing them costs as much as reading.
type RevRow = { readonly rev: number } | undefined;

/** Applies changes in their order, each whole or not at all, inside the caller's transaction. */
export function createChanger(database: DatabaseSync, { clock, sizes }: { clock: Clock; sizes: Sizes }) {
  const counters = createCounters(database);
  const revision = database.prepare("SELECT rev FROM documents WHERE key = ? AND (expiresAt IS NULL OR expiresAt > ?)");
  const put = database.prepare(/* sql */ `
    INSERT INTO documents (key, rev, text, expiresAt) VALUES (?, ?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET rev = excluded.rev, text = excluded.text, expiresAt = excluded.expiresAt
  `);
  const putNew = database.prepare(/* sql */ `
    INSERT INTO documents (key, rev, text, expiresAt) VALUES (?, ?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET rev = excluded.rev, text = excluded.text, expiresAt = excluded.expiresAt
    WHERE documents.rev = 0 OR documents.expiresAt <= ?
  `);
  const replace = database.prepare(/* sql */ `
    UPDATE documents SET rev = ?, text = ?, expiresAt = ?
    WHERE key = ? AND rev = ? AND (expiresAt IS NULL OR expiresAt > ?)
  `);
  const remove = database.prepare("DELETE FROM documents WHERE key = ?");
  const putIn = database.prepare(
    "INSERT INTO members (name, member, score) VALUES (?, ?, ?) ON CONFLICT (name, member) DO NOTHING",
  );
  const move = database.prepare("UPDATE members SET score = ? WHERE name = ? AND member = ?");
  const takeOut = database.prepare("DELETE FROM members WHERE name = ? AND member = ?");

  /** Revisions that this transaction was asked for and has not written since: every claim of a queue asks for the same. */
  const asked = new Map<string, number>();

  function revisionOf(put: Put): number {
    const known = asked.get(put.key);
    if (known !== undefined) return known;
    const rev = (revision.get(put.key, clock()) as RevRow)?.rev ?? 0;
    if (isQuestion(put)) asked.set(put.key, rev);
    return rev;
  }

  function isAsExpected(put: Put): boolean {
    const { expect } = put;
    const rev = revisionOf(put);
    return typeof expect === "number" ? rev === expect : rev < expect.below;
  }

  function putDocument({ key, entry, expiresAt }: Put): void {
    if (entry) put.run(key, entry.rev, entry.text, expiresAt ?? null);
    else remove.run(key);
  }

  /** Guards and writes in one statement, which is how nearly every job is written. Undefined: it takes two. */
  function putGuarded({ key, expect, entry, expiresAt }: Put): boolean | undefined {
    if (!entry || typeof expect !== "number") return;
    const { rev, text } = entry;
    const end = expiresAt ?? null;
    const { changes } =
      expect === 0 ? putNew.run(key, rev, text, end, clock()) : replace.run(rev, text, end, key, expect, clock());
    return changes === 1;
  }

  function putAll(all: readonly Put[]): boolean {
    const puts = all.filter((put) => !isQuestion(put));
    if (puts.length < all.length && !all.every((put) => !isQuestion(put) || isAsExpected(put))) return false;
    const [only] = puts;
    const isWritten = only && puts.length === 1 ? putGuarded(only) : undefined;
    if (isWritten === undefined && !puts.every(isAsExpected)) return false;
    if (isWritten === undefined) puts.forEach(putDocument);
    for (const { key } of puts) asked.delete(key);
    return isWritten ?? true;
  }

  function moveAll(moves: readonly Move[]): void {
    for (const { set, member, score } of moves) {
      if (score === null) {
        if (takeOut.run(set, member).changes === 1) sizes.note(set, -1);
      } else if (putIn.run(set, member, score).changes === 1) sizes.note(set, 1);
      else move.run(score, set, member);
    }
  }

  function applyOne({ puts = [], moves = [], adds = [], drops = [] }: Change): boolean {
    if (!counters.haveRoom(adds) || !putAll(puts)) return false;
    moveAll(moves);
    counters.add(adds);
    drops.forEach(counters.drop);
    return true;
  }

  return function applyAll(changes: readonly Change[]): boolean[] {
    counters.begin();
    sizes.begin();
    asked.clear();
    const applied = changes.map(applyOne);
    counters.end();
    sizes.end();
    return applied;
  };
}
