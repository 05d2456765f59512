import type { Add, Change, Move, Put, Range } from "@/lib/core/ledger";
import { toDocument } from "@/lib/store/redis/document-text";
import { encodeRange } from "@/lib/store/redis/encode-range";
import type { Keys } from "@/lib/store/redis/keys";

/**
 * What `APPLY_CHANGES` is sent: every key it may touch, each once, documents and counters before
 * sets; then the changes as one stream of texts, each list behind its length.
 */
export function encodeChanges(keys: Keys, changes: readonly Change[], range?: Range) {
  const strings = createPlaces();
  const sets = createPlaces();
  for (const { puts = [], adds = [], moves = [] } of changes) {
    for (const { key } of puts) strings.placeOf(keys.document(key));
    for (const { counter } of adds) strings.placeOf(keys.counter(counter));
    for (const { set } of moves) sets.placeOf(keys.set(set));
  }
  if (range) sets.placeOf(keys.set(range.set));
  const setPlace = (name: string) => String(strings.count() + sets.placeOf(keys.set(name)));

  const encodePut = ({ key, expect, entry, expiresAt }: Put) => [
    String(strings.placeOf(keys.document(key))),
    ...(typeof expect === "number" ? ["at", String(expect)] : ["below", String(expect.below)]),
    entry ? toDocument(entry) : "",
    expiresAt === undefined ? "" : String(finite(Math.max(1, Math.ceil(expiresAt)))),
  ];
  const encodeAdd = ({ counter, by, max }: Add) => [
    String(strings.placeOf(keys.counter(counter))),
    String(finite(by)),
    max === undefined ? "" : String(finite(max)),
  ];
  const encodeMove = ({ set, member, score }: Move) => [
    setPlace(set),
    member,
    score === null ? "" : String(finite(score)),
  ];

  const stream = changes.flatMap(({ puts = [], adds = [], moves = [] }) => [
    String(puts.length),
    ...puts.flatMap(encodePut),
    String(adds.length),
    ...adds.flatMap(encodeAdd),
    String(moves.length),
    ...moves.flatMap(encodeMove),
  ]);
  const tail = range ? [setPlace(range.set), ...encodeRange(range)] : [];
  return {
    keys: [...strings.names(), ...sets.names()],
    args: [String(strings.count()), String(changes.length), ...stream, ...tail],
  };
}

/** Numbers names from 1, as Lua does, in the order in which they first come. */
function createPlaces() {
  const places = new Map<string, number>();
  return {
    count: () => places.size,
    names: () => [...places.keys()],
    placeOf(name: string) {
      const place = places.get(name) ?? places.size + 1;
      places.set(name, place);
      return place;
    },
  };
}

/** Refused here, for a script that fails half-way keeps what it has written. */
function finite(value: number): number {
  if (!Number.isFinite(value)) throw new RangeError(`${value} cannot be stored in Redis`);
  return value;
}
