import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import type { Clock } from "@/lib/clock";
import type { Change, Put } from "@/lib/core/ledger";

const REV = z.object({ rev: z.number() }).optional();
const VALUE = z.object({ value: z.number() }).optional();

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

  function isAsExpected({ key, expect }: Put): boolean {
    const rev = REV.parse(revision.get(key, clock()))?.rev ?? 0;
    return typeof expect === "number" ? rev === expect : rev < expect.below;
  }

  function hasRoom(adds: NonNullable<Change["adds"]>): boolean {
    const sums = new Map<string, number>();
    for (const { counter: name, by, max } of adds) {
      const sum = (sums.get(name) ?? VALUE.parse(counter.get(name))?.value ?? 0) + by;
      if (max !== undefined && sum > max) return false;
      sums.set(name, sum);
    }
    return true;
  }

  return function applyOne({ puts = [], moves = [], adds = [] }: Change): boolean {
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
    return true;
  };
}
