import { type Add, isQuestion, type Move, type Put } from "@/lib/core/ledger";
import { toDocument } from "@/lib/store/redis/document-text";

/** Numbers of one change after another, as the script walks them. */
export type Figures = (string | number | false)[];

/** The texts of documents stand behind the head and the figures. */
const FIRST_TEXT = 3;

/**
 * Documents in the order in which they first come. One whose time was over by `now` is a removal: Redis would hide it
 * only after the step.
 */
export function encodeDocuments(now: number) {
  const places = new Map<string, number>();
  /** The revisions of those that are only asked for: any number of changes may ask for the same. */
  const questions = new Map<string, Put["expect"]>();
  const texts: string[] = [];
  /** How those that are written together must begin; 0: there must be none; false: whatever is there. */
  const guards: (string | 0 | false)[] = [];
  const expiries: string[] = [];
  let expires = false;

  return {
    places,
    texts,
    guards,
    /** When those that are written together are gone, or that they are not written; false if all are, and stay. */
    expiries: () => expires && expiries,

    /** Whether these can be guarded and written apart from all that came before. */
    areApart: (puts: readonly Put[]) =>
      puts.every(
        (put, i) =>
          (isQuestion(put) && questions.get(put.key) === put.expect) ||
          (!places.has(put.key) &&
            (typeof put.expect === "number" || isAny(put.expect)) &&
            !puts.some(({ key }, other) => other < i && key === put.key)),
      ),

    /** A document of a change that is written with the others. */
    encodeTogether(put: Put): void {
      const { key, expect } = put;
      if (isQuestion(put)) {
        if (questions.has(key)) return;
        questions.set(key, expect);
      }
      places.set(key, places.size + 1);
      guards.push(typeof expect === "number" && (expect === 0 ? 0 : `${expect}\n`));
      const text = textOf(put, now);
      if (text !== null) texts.push(text);
      const expiry = isQuestion(put) ? "kept" : text === null ? "gone" : expiryOf(put);
      expires ||= expiry !== "";
      expiries.push(expiry);
    },

    encodeAlone(put: Put, figures: Figures): void {
      const { expect } = put;
      const isExact = typeof expect === "number";
      const text = textOf(put, now);
      if (text !== null) texts.push(text);
      const place = text === null ? 0 : FIRST_TEXT + texts.length - 1;
      const expiry = isQuestion(put) ? "kept" : expiryOf(put);
      figures.push(placeIn(places, put.key), isExact ? 1 : 0, isExact ? expect : expect.below, expiry, place);
    },
  };
}

const isAny = ({ below }: { readonly below: number }) => below === Number.MAX_SAFE_INTEGER;

/** Null: nothing is written, or its time is over. */
function textOf(put: Put, now: number): string | null {
  const { entry, expiresAt } = put;
  if (entry === null || isQuestion(put)) return null;
  return expiresAt === undefined || Math.ceil(expiresAt) > now ? toDocument(entry) : null;
}

const expiryOf = ({ expiresAt }: Put): string => (expiresAt === undefined ? "" : String(finite(Math.ceil(expiresAt))));

export function encodeCounters() {
  const places = new Map<string, number>();
  const sums: [by: number, max: number | false][] = [];
  return {
    places,
    /** What is added together. */
    sums,

    /** Whether the whole sum keeps to its limit just when every sum on the way does. */
    addUp: (adds: readonly Add[]) =>
      adds.every(({ counter, by, max }, i) => {
        const place = places.get(counter);
        const sum = place === undefined ? undefined : sums[place - 1];
        return (
          (max === undefined || by > 0) &&
          (sum === undefined || sum[1] === (max ?? false)) &&
          !adds.some((add, other) => other < i && add.counter === counter)
        );
      }),

    encodeTogether({ counter, by, max }: Add): void {
      const sum = sums[placeIn(places, counter) - 1];
      if (sum) sum[0] += finite(by);
      else sums.push([finite(by), max !== undefined && finite(max)]);
    },

    encodeAlone({ counter, by, max }: Add, figures: Figures): void {
      figures.push(placeIn(places, counter), finite(by), max !== undefined && finite(max));
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

  /** Answers where in its list it came to stand. */
  function encode(list: SetLists, { member, score }: Move): number {
    list.members.add(member);
    if (score === null) return list.going.push(member) - 1;
    return list.coming.push(String(finite(score)), member) - 2;
  }

  return {
    places,
    placeOf,

    /** Whether these move no member that was moved before. */
    areApart: (moves: readonly Move[]) =>
      moves.every(
        ({ set, member }, i) =>
          !listOf(set).members.has(member) &&
          !moves.some((move, other) => other < i && move.member === member && move.set === set),
      ),

    encodeTogether(move: Move): void {
      const list = listOf(move.set);
      encode(list, move);
      list.comingTogether = list.coming.length;
      list.goingTogether = list.going.length;
    },

    encodeAlone(move: Move, figures: Figures): void {
      figures.push(placeOf(move.set), move.score === null ? 0 : 1, encode(listOf(move.set), move));
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
