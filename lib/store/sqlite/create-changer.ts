import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "@/lib/clock";
import type { Change, Put } from "@/lib/core/ledger";

// Rows come back as our own STRICT tables declare them. This is the inner loop: parsing them costs as much as reading.
type RevRow = { readonly rev: number } | undefined;
type ValueRow = { readonly value: number } | undefined;

/** Applies one change whole or not at all, inside the caller's transaction. */
export function createChanger(database: DatabaseSync, clock: Clock) {
  const revision = database.prepare("SELECT rev FROM documents WHERE key = ? AND (expiresAt IS NULL OR expiresAt > ?)");
  const put = database.prepare(/* sql */ `
    INSERT INTO documents (key, rev, text, expiresAt) VALUES (?, ?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET rev = excluded.rev, text = excluded.text, expiresAt = excluded.expiresAt
  `);
  const remove = database.prepare("DELETE FROM documents WHERE key = ?");
  const move = database.prepare(/* sql */ `
    INSERT INTO members (name, member, score) VALUES (?, ?, ?)
    ON CONFLICT (name, member) DO UPDATE SET score = excluded.score
  `);
  const takeOut = database.prepare("DELETE FROM members WHERE name = ? AND member = ?");
  const counter = database.prepare("SELECT value FROM counters WHERE name = ?");
  const add = database.prepare(/* sql */ `
    INSERT INTO counters (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value
  `);
  const drop = database.prepare("DELETE FROM counters WHERE name = ?");

  function isAsExpected({ key, expect }: Put): boolean {
    const rev = (revision.get(key, clock()) as RevRow)?.rev ?? 0;
    return typeof expect === "number" ? rev === expect : rev < expect.below;
  }

  function hasRoom(adds: NonNullable<Change["adds"]>): boolean {
    if (adds.every(({ max }) => max === undefined)) return true;
    const sums = new Map<string, number>();
    for (const { counter: name, by, max } of adds) {
      const sum = (sums.get(name) ?? (counter.get(name) as ValueRow)?.value ?? 0) + by;
      if (max !== undefined && sum > max) return false;
      sums.set(name, sum);
    }
    return true;
  }

  return function applyOne({ puts = [], moves = [], adds = [], drops = [] }: Change): boolean {
    if (!puts.every(isAsExpected) || !hasRoom(adds)) return false;
    for (const { key, entry, expiresAt } of puts) {
      if (entry) put.run(key, entry.rev, entry.text, expiresAt ?? null);
      else remove.run(key);
    }
    for (const { set, member, score } of moves) {
      if (score === null) takeOut.run(set, member);
      else move.run(set, member, score);
    }
    for (const { counter: name, by } of adds) add.run(name, by);
    for (const name of drops) drop.run(name);
    return true;
  };
}
