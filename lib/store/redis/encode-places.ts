import type { Add, Move, Put } from "@/lib/core/ledger";
import { toDocument } from "@/lib/store/redis/document-text";

/** Numbers of one change after another, as the script walks them. */
export type Figures = (string | number | false)[];

/** The texts of documents stand behind the head and the figures. */
const FIRST_TEXT = 3;

/** Documents in the order in which they first come. One whose time was over by `now` is a removal: Redis would hide it only after the step. */
export function encodeDocuments(now: number) {
  const places = new Map<string, number>();
  const texts: string[] = [];
  /** How those that are written together must begin; 0: there must be none; false: whatever is there. */
  const guards: (string | 0 | false)[] = [];
  const expiries: string[] = [];
  /** Of documents that are only asked for, and put back as they are: where their text stands. Many may ask for the same. */
  const askedFor = new Map<string, { readonly rev: number; readonly text: number }>();
  const isAsked = ({ key, expect, entry }: Put) =>
    entry !== null && entry.rev === expect && askedFor.get(key)?.rev === expect;

  return {
    places,
    texts,
    guards,
    expiries,

    /** Whether these can be guarded and written apart from all that came before. */
    areApart: (puts: readonly Put[]) =>
      puts.every(
        (put) => isAsked(put) || (!places.has(put.key) && (typeof put.expect === "number" || isAny(put.expect))),
      ) && isDistinct(puts.map(({ key }) => key)),

    encode(put: Put, figures: Figures, isTogether: boolean): void {
      const { key, expect, entry, expiresAt } = put;
      const place = placeIn(places, key);
      const expiry = expiresAt === undefined ? "" : String(finite(Math.ceil(expiresAt)));
      const stays = entry !== null && (expiresAt === undefined || Math.ceil(expiresAt) > now);
      const isExact = typeof expect === "number";
      const bound = isExact ? expect : expect.below;
      if (isAsked(put)) {
        figures.push(place, 1, bound, expiry, askedFor.get(key)?.text ?? 0);
        return;
      }
      if (stays) texts.push(toDocument(entry));
      if (stays && isExact && entry.rev === expect)
        askedFor.set(key, { rev: expect, text: FIRST_TEXT + texts.length - 1 });
      if (isTogether) {
        guards.push(isExact && (bound === 0 ? 0 : `${bound}\n`));
        expiries.push(stays ? expiry : "gone");
      }
      figures.push(place, isExact ? 1 : 0, bound, expiry, stays ? FIRST_TEXT + texts.length - 1 : 0);
    },
  };
}

const isAny = ({ below }: { readonly below: number }) => below === Number.MAX_SAFE_INTEGER;

export function encodeCounters() {
  const places = new Map<string, number>();
  const sums: [by: number, max: number | false][] = [];
  return {
    places,
    /** What is added together. */
    sums,

    /** Whether the whole sum keeps to its limit just when every sum on the way does. */
    addUp: (adds: readonly Add[]) =>
      adds.every(({ counter, by, max }) => {
        const place = places.get(counter);
        const sum = place === undefined ? undefined : sums[place - 1];
        return (max === undefined || by > 0) && (sum === undefined || sum[1] === (max ?? false));
      }) && isDistinct(adds.map(({ counter }) => counter)),

    encode({ counter, by, max }: Add, figures: Figures, isTogether: boolean): void {
      const place = placeIn(places, counter);
      const limit = max !== undefined && finite(max);
      if (isTogether) {
        const sum = sums[place - 1];
        if (sum) sum[0] += finite(by);
        else sums.push([finite(by), limit]);
      }
      figures.push(place, finite(by), limit);
    },

    encodeDrop: (counter: string, figures: Figures) => void figures.push(placeIn(places, counter)),
  };
}

interface SetLists {
  /** Scores as text, for Lua would print no more than fourteen digits of a number; each before its member. */
  readonly coming: string[];
  readonly going: string[];
  readonly members: Set<string>;
  /** So much of both lists is written together. */
  comingTogether: number;
  goingTogether: number;
}

export function encodeSets() {
  const places = new Map<string, number>();
  const lists: SetLists[] = [];

  function placeOf(set: string): number {
    const place = placeIn(places, set);
    if (place > lists.length) {
      lists.push({ coming: [], going: [], members: new Set(), comingTogether: 0, goingTogether: 0 });
    }
    return place;
  }
  const listOf = (set: string) => lists[placeOf(set) - 1] as SetLists; // placeOf has just made it, if it was missing

  return {
    places,
    placeOf,

    /** Whether these move no member that was moved before. */
    areApart: (moves: readonly Move[]) =>
      moves.every(({ set, member }) => !listOf(set).members.has(member)) &&
      isDistinct(moves.map(({ set, member }) => `${placeOf(set)} ${member}`)),

    encode({ set, member, score }: Move, figures: Figures, isTogether: boolean): void {
      const place = placeOf(set);
      const list = listOf(set);
      list.members.add(member);
      if (score === null) {
        figures.push(place, 0, list.going.length);
        list.going.push(member);
      } else {
        figures.push(place, 1, list.coming.length);
        list.coming.push(String(finite(score)), member);
      }
      if (!isTogether) return;
      list.comingTogether = list.coming.length;
      list.goingTogether = list.going.length;
    },

    /** Answers where each set's lists have come to stand: where those that come begin, and end as far as they are written together; the same of those that go. */
    appendTo(args: string[]): number[][] {
      return lists.map(({ coming, going, comingTogether, goingTogether }) => {
        const first = args.length + 1;
        for (const text of coming) args.push(text);
        const firstGoing = args.length + 1;
        for (const text of going) args.push(text);
        return [first, first + comingTogether - 1, firstGoing, firstGoing + goingTogether - 1];
      });
    },
  };
}

const isDistinct = (names: readonly string[]) => names.length < 2 || new Set(names).size === names.length;

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
