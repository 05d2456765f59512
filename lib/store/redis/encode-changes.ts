import type { Add, Change, Move, Put, Range } from "@/lib/core/ledger";
import { toDocument } from "@/lib/store/redis/document-text";
import { encodeRange } from "@/lib/store/redis/encode-range";
import type { Keys } from "@/lib/store/redis/keys";

/** The texts of a document stand behind the head and the figures. */
const FIRST_TEXT = 3;

/**
 * What `APPLY_CHANGES` is sent. Keys, each once: documents, counters, sets. Arguments: the head, which is all that is
 * needed if every guard holds; the figures of each change, for when one does not; the documents' texts; for each set
 * scores and members that come, then members that go; the end of the range's ZRANGE.
 */
export function encodeChanges(keys: Keys, changes: readonly Change[], now: number, range?: Range) {
  const documents = encodeDocuments(now);
  const counters = encodeCounters();
  const sets = encodeSets();
  const figures: (string | number | boolean)[] = [];

  for (const { puts = [], adds = [], moves = [], drops = [] } of changes) {
    figures.push(puts.length);
    for (const put of puts) documents.encode(put, figures);
    figures.push(adds.length);
    for (const add of adds) counters.encode(add, figures);
    figures.push(moves.length);
    for (const move of moves) sets.encode(move, figures);
    figures.push(drops.length);
    for (const drop of drops) counters.encodeDrop(drop, figures);
  }
  const rangeSet = range && sets.placeOf(range.set);

  const args = ["", JSON.stringify(figures), ...documents.texts];
  const spans = sets.appendTo(args);
  const head = {
    changes: changes.length,
    documents: documents.places.size,
    isApart: documents.isApart() && counters.isApart() && sets.isApart(),
    guards: documents.guards,
    belows: documents.belows,
    expiries: documents.expiries.some((expiry) => expiry !== "") ? documents.expiries : false,
    sums: counters.sums,
    spans,
    range: range ? [rangeSet, args.length + 1] : false,
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

/** A document whose time was over by `now` is a removal: Redis would hide it only after the step. */
function encodeDocuments(now: number) {
  const places = new Map<string, number>();
  const texts: string[] = [];
  /** How a stored one must begin; 0: there must be none; -1: see `belows`. */
  const guards: (string | number)[] = [];
  const belows: [place: number, bound: number][] = [];
  const expiries: string[] = [];
  let puts = 0;
  return {
    places,
    texts,
    guards,
    belows,
    expiries,
    isApart: () => puts === places.size,

    encode({ key, expect, entry, expiresAt }: Put, figures: (string | number | boolean)[]): void {
      const place = placeIn(places, key);
      const expiry = expiresAt === undefined ? "" : String(finite(Math.ceil(expiresAt)));
      const stays = entry !== null && (expiresAt === undefined || Math.ceil(expiresAt) > now);
      const isExact = typeof expect === "number";
      const bound = isExact ? expect : expect.below;
      if (stays) texts.push(toDocument(entry));
      if (place > guards.length) {
        guards.push(isExact ? bound && `${bound}\n` : -1);
        if (!isExact) belows.push([place, bound]);
        expiries.push(stays ? expiry : "gone");
      }
      puts += 1;
      figures.push(place, isExact ? 1 : 0, bound, expiry, stays ? FIRST_TEXT + texts.length - 1 : 0);
    },
  };
}

function encodeCounters() {
  const places = new Map<string, number>();
  const sums: [by: number, max: number | false][] = [];
  let isApart = true;
  return {
    places,
    sums,
    /** Whether the whole sum stays below the limit just when every sum on the way does. */
    isApart: () => isApart,

    encode({ counter, by, max = Number.POSITIVE_INFINITY }: Add, figures: (string | number | boolean)[]): void {
      const place = placeIn(places, counter);
      const limit = max === Number.POSITIVE_INFINITY ? false : finite(max);
      const sum = sums[place - 1];
      if (sum) {
        if (sum[1] !== limit || (limit !== false && by < 0)) isApart = false;
        sum[0] += finite(by);
      } else {
        if (limit !== false && by < 0) isApart = false;
        sums.push([finite(by), limit]);
      }
      figures.push(place, by, limit);
    },

    encodeDrop(counter: string, figures: (string | number | boolean)[]): void {
      const place = placeIn(places, counter);
      if (place > sums.length) sums.push([0, false]);
      isApart = false; // seldom enough to be looked at one by one
      figures.push(place);
    },
  };
}

function encodeSets() {
  const places = new Map<string, number>();
  /** Scores as text, for Lua would print no more than fourteen digits of a number; each before its member. */
  const lists: { readonly coming: string[]; readonly going: string[]; readonly members: Set<string> }[] = [];
  let moves = 0;
  function placeOf(set: string): number {
    const place = placeIn(places, set);
    if (place > lists.length) lists.push({ coming: [], going: [], members: new Set() });
    return place;
  }
  return {
    places,
    placeOf,
    isApart: () => moves === lists.reduce((sum, { members }) => sum + members.size, 0),

    encode({ set, member, score }: Move, figures: (string | number | boolean)[]): void {
      const place = placeOf(set);
      const list = lists[place - 1];
      if (!list) return;
      const { coming, going, members } = list;
      moves += 1;
      members.add(member);
      if (score === null) {
        figures.push(place, 0, going.length);
        going.push(member);
      } else {
        figures.push(place, 1, coming.length);
        coming.push(String(finite(score)), member);
      }
    },

    /** Answers where each set's lists have come to stand: first and last that come, first and last that go. */
    appendTo(args: string[]): number[][] {
      return lists.map(({ coming, going }) => {
        const first = args.length + 1;
        for (const text of coming) args.push(text);
        for (const text of going) args.push(text);
        const last = first + coming.length - 1;
        return [first, last, last + 1, last + going.length];
      });
    },
  };
}

/** Numbers names from 1, as Lua does, in the order in which they first come. */
function placeIn(places: Map<string, number>, name: string): number {
  const known = places.get(name);
  if (known !== undefined) return known;
  places.set(name, places.size + 1);
  return places.size;
}

/** Refused here, for a script that fails half-way keeps what it has written. */
function finite(value: number): number {
  if (!Number.isFinite(value)) throw new RangeError(`${value} cannot be stored in Redis`);
  return value;
}
