import type { Range, Scored } from "@/lib/core/ledger";

/** Where a page that counts from the highest score down begins. */
type From = Pick<Range, "max" | "offset">;

/** Reads a cursor: go on at this score, behind so many members that have it. Anything else begins at the top. */
export function parseCursor(cursor: string | null): From {
  const [, max, offset] = /^(\d+)\.(\d+)$/.exec(cursor ?? "") ?? [];
  const from = { max: Number(max), offset: Number(offset) };
  // No list of ours leads beyond: a database would refuse such numbers.
  return Object.values(from).every(Number.isSafeInteger) ? from : {};
}

/** The cursor behind a page of up to `limit` members; null behind the last one. Scores are whole and not negative. */
export function cursorAfter(members: readonly Scored[], from: From, limit: number): string | null {
  const last = members.at(-1)?.score;
  if (last === undefined || members.length < limit) return null;
  const shown = members.filter(({ score }) => score === last).length;
  return `${last}.${last === from.max ? (from.offset ?? 0) + shown : shown}`;
}
