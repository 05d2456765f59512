import type { Add, Change, Move, Put, Range } from "@/lib/core/ledger";
import { toDocument } from "@/lib/store/redis/document-text";
import { encodeRange } from "@/lib/store/redis/encode-range";
import type { Keys } from "@/lib/store/redis/keys";

/**
 * What `APPLY_CHANGES` is sent: every key it may touch, each once, documents and counters before
 * sets; then the changes, each list behind its length. Their figures share one argument and only
 * texts have their own, because many small arguments cost more than they carry. A document whose
 * time was over by `now` is a removal: Redis would hide it only after the step.
 */
export function encodeChanges(keys: Keys, changes: readonly Change[], now: number, range?: Range) {
  const strings = createPlaces();
  const sets = createPlaces();
  for (const { puts = [], adds = [], moves = [] } of changes) {
    for (const { key } of puts) strings.placeOf(keys.document(key));
    for (const { counter } of adds) strings.placeOf(keys.counter(counter));
    for (const { set } of moves) sets.placeOf(keys.set(set));
  }
  if (range) sets.placeOf(keys.set(range.set));
  const setPlace = (name: string) => strings.count() + sets.placeOf(keys.set(name));

  const figures: (string | number)[] = [strings.count(), changes.length];
  const texts: string[] = [];

  function encodePut({ key, expect, entry, expiresAt }: Put) {
    const guard = typeof expect === "number" ? ["at", expect] : ["below", expect.below];
    const expiry = expiresAt === undefined ? "" : finite(Math.ceil(expiresAt));
    const document = entry && (expiry === "" || expiry > now) ? toDocument(entry) : null;
    figures.push(strings.placeOf(keys.document(key)), ...guard, expiry, document === null ? "remove" : "set");
    if (document !== null) texts.push(document);
  }
  function encodeAdd({ counter, by, max }: Add) {
    figures.push(strings.placeOf(keys.counter(counter)), finite(by), max === undefined ? "" : finite(max));
  }
  function encodeMove({ set, member, score }: Move) {
    figures.push(setPlace(set), score === null ? "" : finite(score));
    texts.push(member);
  }

  for (const { puts = [], adds = [], moves = [] } of changes) {
    figures.push(puts.length);
    puts.forEach(encodePut);
    figures.push(adds.length);
    adds.forEach(encodeAdd);
    figures.push(moves.length);
    moves.forEach(encodeMove);
  }
  if (range) {
    figures.push(setPlace(range.set));
    texts.push(...encodeRange(range));
  }
  return {
    keys: [...strings.names(), ...sets.names()],
    args: [`${figures.join(",")},`, ...texts],
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
