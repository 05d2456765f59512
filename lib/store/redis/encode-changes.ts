import type { Change, Range } from "@/lib/core/ledger";
import { encodeCounters, encodeDocuments, encodeSets, type Figures } from "@/lib/store/redis/encode-places";
import { encodeRange } from "@/lib/store/redis/encode-range";
import type { Keys } from "@/lib/store/redis/keys";

/**
 * What `APPLY_CHANGES` is sent. Keys, each once: documents, counters, sets. Arguments: the head, which is all that is
 * needed if every guard holds; the figures of each change, for when one does not; the documents' texts; for each set
 * scores and members that come, then members that go; the end of the range's ZRANGE.
 */
export function encodeChanges(keys: Keys, changes: readonly Change[], now: number, range?: Range) {
  const documents = encodeDocuments(now);
  const counters = encodeCounters();
  const sets = encodeSets();
  const figures: Figures = [];
  let together = 0;
  let rest = 0;

  for (const [i, { puts = [], adds = [], moves = [], drops = [] }] of changes.entries()) {
    const isTogether =
      together === i && documents.areApart(puts) && counters.addUp(adds) && sets.areApart(moves) && drops.length === 0; // seldom enough to be looked at one by one
    figures.push(puts.length);
    for (const put of puts) documents.encode(put, figures, isTogether);
    figures.push(adds.length);
    for (const add of adds) counters.encode(add, figures, isTogether);
    figures.push(moves.length);
    for (const move of moves) sets.encode(move, figures, isTogether);
    figures.push(drops.length);
    for (const drop of drops) counters.encodeDrop(drop, figures);
    if (!isTogether) continue;
    together += 1;
    rest = figures.length;
  }
  const rangeSet = range && sets.placeOf(range.set);

  const args = ["", JSON.stringify(figures), ...documents.texts];
  const head = {
    changes: changes.length,
    together,
    /** Where the figures begin of those that are decided one by one. */
    rest,
    documents: documents.places.size,
    counters: counters.places.size,
    guards: documents.guards,
    expiries: documents.expiries.some((expiry) => expiry !== "") && documents.expiries,
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
