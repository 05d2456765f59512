import type { Change, Put } from "@/lib/core/ledger";

/**
 * Two changes as one that happens whole or not at all, the second decided after the first. A document that both
 * write is written once: guards ask what stood before the change, and what stands behind it is the second's.
 */
export function mergeChanges(first: Change, second: Change): Change {
  const puts = new Map<string, Put>();
  for (const put of [...(first.puts ?? []), ...(second.puts ?? [])]) {
    puts.set(put.key, { ...put, expect: puts.get(put.key)?.expect ?? put.expect });
  }
  return {
    puts: [...puts.values()],
    moves: [...(first.moves ?? []), ...(second.moves ?? [])],
    adds: [...(first.adds ?? []), ...(second.adds ?? [])],
    drops: [...(first.drops ?? []), ...(second.drops ?? [])],
  };
}
