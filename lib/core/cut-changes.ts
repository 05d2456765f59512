import type { Change } from "@/lib/core/ledger";

/** What a key, a number and the marks between them may take in a request, beside the texts. */
const ITEM_BYTES = 100;
const SHORT_TEXT = 1_000;

/**
 * Cuts a list of changes into lists of at most `maxBytes`, in their order, because a request has a
 * largest size. A change is never cut: one that is larger goes alone. There is always a first list.
 */
export function cutChanges(changes: readonly Change[], maxBytes: number): readonly (readonly Change[])[] {
  if (changes.reduce((sum, change) => sum + sizeOf(change), 0) <= maxBytes) return [changes];
  const lists: Change[][] = [[]];
  let bytes = 0;
  for (const change of changes) {
    const size = sizeOf(change);
    if (bytes > 0 && bytes + size > maxBytes) {
      lists.push([]);
      bytes = 0;
    }
    lists.at(-1)?.push(change);
    bytes += size;
  }
  return lists;
}

function sizeOf({ puts, adds, moves }: Change): number {
  let bytes = ((puts?.length ?? 0) + (adds?.length ?? 0) + (moves?.length ?? 0)) * ITEM_BYTES;
  if (puts) for (const { entry } of puts) bytes += entry ? sizeOfText(entry.text) : 0;
  return bytes;
}

/** Of a short one the most that it can take, for a character is three bytes at most: counting them takes longer. */
const sizeOfText = (text: string) =>
  text.length < SHORT_TEXT ? text.length * 3 : new TextEncoder().encode(text).length;
