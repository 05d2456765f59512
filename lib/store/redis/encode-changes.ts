import type { Change, Range } from "@/lib/core/ledger";
import { encodeCounters, encodeDocuments, encodeSets, type Figures } from "@/lib/store/redis/encode-places";
import { encodeRange } from "@/lib/store/redis/encode-range";
import type { Keys } from "@/lib/store/redis/keys";

interface Options {
  readonly now: number;
  readonly range?: Range | undefined;
  /** Whether the first changes, as far as they do not touch each other, are written as one: all of them, or nothing at all. */
  readonly together: boolean;
}

/**
 * What `APPLY_CHANGES` is sent. Keys, each once: documents, counters, sets. Arguments: the head; the figures of the
 * changes that are decided one by one; the documents' texts; for each set scores and members that come, then members
 * that go; the end of the range's ZRANGE.
 */
export function encodeChanges(keys: Keys, changes: readonly Change[], { now, range, together }: Options) {
  const documents = encodeDocuments(now);
  const counters = encodeCounters();
  const sets = encodeSets();
  const figures: Figures = [];

  let first = 0;
  for (; together && first < changes.length; first += 1) {
    const { puts = NONE, adds = NONE, moves = NONE, drops = NONE } = changes[first] ?? {};
    if (!documents.areApart(puts) || !counters.addUp(adds) || !sets.areApart(moves) || drops.length > 0) break;
    puts.forEach(documents.encodeTogether);
    adds.forEach(counters.encodeTogether);
    moves.forEach(sets.encodeTogether);
  }
  for (const { puts = NONE, adds = NONE, moves = NONE, drops = NONE } of changes.slice(first)) {
    figures.push(puts.length);
    for (const put of puts) documents.encodeAlone(put, figures);
    figures.push(adds.length);
    for (const add of adds) counters.encodeAlone(add, figures);
    figures.push(moves.length);
    for (const move of moves) sets.encodeAlone(move, figures);
    figures.push(drops.length);
    for (const drop of drops) counters.encodeDrop(drop, figures);
  }
  const rangeSet = range && sets.placeOf(range.set);

  const args = ["", JSON.stringify(figures), ...documents.texts];
  const head = {
    changes: changes.length,
    together: first,
    documents: documents.places.size,
    counters: counters.places.size,
    guards: documents.guards,
    expiries: documents.expiries(),
    sums: counters.sums,
    spans: sets.appendTo(args),
    range: rangeSet !== undefined && [rangeSet, args.length + 1],
  };
  args[0] = JSON.stringify(head);
  return {
    keys: [
      ...Array.from(documents.places.keys(), keys.document),
      ...Array.from(counters.places.keys(), keys.counter),
      ...Array.from(sets.places.keys(), keys.set),
    ],
    args: range ? args.concat(encodeRange(range)) : args,
  };
}

const NONE: readonly never[] = [];
