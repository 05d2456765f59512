import type { Change } from "@/lib/core/ledger";

/** What a key, a number and the marks between them may take in a request, beside the texts. */
const ITEM_BYTES = 100;
const SHORT_TEXT = 1_000;

/**
 * Cuts a list of changes into lists of at most `maxBytes`, in their order, because a request has a
 * largest size. A change is never cut: one that is larger goes alone. There is always a first list.
 */
export function cutChanges(changes: readonly Change[], maxBytes: number): readonly (readonly Change[])[] {
  // Most lists fit however their texts are written, so nothing has to be counted.
  if (changes.reduce((sum, change) => sum + sizeOf(change, mostBytes), 0) <= maxBytes) return [changes];
  const lists: Change[][] = [[]];
  let bytes = 0;
  for (const change of changes) {
    const size = sizeOf(change, countedBytes);
    if (bytes > 0 && bytes + size > maxBytes) {
      lists.push([]);
      bytes = 0;
    }
    lists.at(-1)?.push(change);
    bytes += size;
  }
  return lists;
}

function sizeOf({ puts, adds, moves }: Change, bytesOf: (text: string) => number): number {
  let bytes = ((puts?.length ?? 0) + (adds?.length ?? 0) + (moves?.length ?? 0)) * ITEM_BYTES;
  if (puts) for (const { entry } of puts) bytes += entry ? bytesOf(entry.text) : 0;
  return bytes;
}

/** A character is three bytes at most. */
const mostBytes = (text: string) => text.length * 3;

/** Of a short text the most that it can take: counting its bytes takes longer. */
const countedBytes = (text: string) =>
  text.length < SHORT_TEXT ? mostBytes(text) : new TextEncoder().encode(text).length;
