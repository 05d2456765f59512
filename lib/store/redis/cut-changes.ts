import type { Change } from "@/lib/core/ledger";

/** What a key, a number and the marks between them may take in a request, beside the texts. */
const ITEM_BYTES = 100;

/**
 * Cuts a list of changes into lists of at most `maxBytes`, in their order, because a request has a
 * largest size. A change is never cut: one that is larger goes alone. There is always a first list.
 */
export function cutChanges(changes: readonly Change[], maxBytes: number): Change[][] {
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

function sizeOf({ puts = [], adds = [], moves = [] }: Change): number {
  const texts = puts.reduce((sum, { entry }) => sum + (entry ? Buffer.byteLength(entry.text) : 0), 0);
  return texts + (puts.length + adds.length + moves.length) * ITEM_BYTES;
}
