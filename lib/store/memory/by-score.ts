import type { Scored } from "@/lib/core/ledger";

/** Members of a set in order: by score, ties by code point, as databases compare bytes (JavaScript compares UTF-16). */
export function byScore(a: Scored, b: Scored): number {
  if (a.score !== b.score) return a.score - b.score;
  return isAscii(a.member) && isAscii(b.member)
    ? byUnits(a.member, b.member)
    : byUnits(codePoints(a.member), codePoints(b.member));
}

const byUnits = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

const isAscii = (text: string) => !/[^\0-\x7f]/.test(text);

/** A text whose units are in the order of the code points of the given one. */
const codePoints = (text: string) =>
  Array.from(text, (character) => character.codePointAt(0)?.toString(16).padStart(6, "0")).join("");
