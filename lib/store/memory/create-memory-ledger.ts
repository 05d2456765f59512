import type { Clock } from "@/lib/clock";
import { type Change, type Entry, isQuestion, type Ledger, type Put, type Range, type Scored } from "@/lib/core/ledger";
import { byScore } from "@/lib/store/memory/by-score";

/** A ledger in plain maps: the executable specification of the port, and as good as any for one process. */
export function createMemoryLedger({ clock }: { clock: Clock }): Ledger {
  const documents = new Map<string, { entry: Entry; expiresAt: number }>();
  const sets = new Map<string, Map<string, number>>();
  const counters = new Map<string, number>();

  function entryAt(key: string): Entry | null {
    const document = documents.get(key);
    return document && document.expiresAt > clock() ? document.entry : null;
  }
  const counterAt = (counter: string) => counters.get(counter) ?? 0;

  function isAsExpected({ key, expect }: Put): boolean {
    const rev = entryAt(key)?.rev ?? 0;
    return typeof expect === "number" ? rev === expect : rev < expect.below;
  }

  function hasRoom(adds: NonNullable<Change["adds"]>): boolean {
    const sums = new Map<string, number>();
    return adds.every(({ counter, by, max = Number.POSITIVE_INFINITY }) => {
      const sum = (sums.get(counter) ?? counterAt(counter)) + by;
      sums.set(counter, sum);
      return sum <= max;
    });
  }

  function applyOne({ puts = [], moves = [], adds = [], drops = [] }: Change): boolean {
    if (!puts.every(isAsExpected) || !hasRoom(adds)) return false;
    for (const put of puts) {
      const { key, entry, expiresAt = Number.POSITIVE_INFINITY } = put;
      if (isQuestion(put)) continue;
      if (entry) documents.set(key, { entry, expiresAt });
      else documents.delete(key);
    }
    for (const { set, member, score } of moves) {
      const members = sets.get(set) ?? new Map<string, number>();
      sets.set(set, members);
      if (score === null) members.delete(member);
      else members.set(member, score);
    }
    for (const { counter, by } of adds) counters.set(counter, counterAt(counter) + by);
    for (const counter of drops) counters.delete(counter);
    return true;
  }

  function rangeOf({ set, max = Number.POSITIVE_INFINITY, offset = 0, limit, reverse }: Range): Scored[] {
    const members = [...(sets.get(set) ?? [])].map(([member, score]) => ({ member, score })).sort(byScore);
    const upTo = members.filter(({ score }) => score <= max);
    return (reverse ? upTo.reverse() : upTo).slice(offset, offset + limit);
  }

  return {
    read: async (keys) => keys.map(entryAt),
    apply: async (changes) => changes.map(applyOne),
    applyAndRange: async (changes, range) => ({ applied: changes.map(applyOne), members: rangeOf(range) }),
    range: async (range) => rangeOf(range),
    sizes: async (names) => names.map((set) => sets.get(set)?.size ?? 0),
    counters: async (names) => names.map(counterAt),
  };
}
