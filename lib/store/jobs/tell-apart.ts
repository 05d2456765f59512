import { createHash } from "node:crypto";
import { type Change, isQuestion, type Put } from "@/lib/core/ledger";

/**
 * Changes of one round that write the same document, each decided after the one before, shown to each other by
 * revisions that nobody else writes. With revisions that only count up, somebody else's next one could pass for
 * that of a change which was refused, and what was decided after it would be written over his.
 */
export function tellApart(changes: readonly Change[], nonce: () => string): readonly Change[] {
  const keys = changes.flatMap(writtenKeys);
  if (new Set(keys).size === keys.length) return changes;
  const written = new Map<string, number>();
  for (const key of keys) written.set(key, (written.get(key) ?? 0) + 1);
  const unique = createUnique(nonce);
  /** What a document's revision was to be after the last change, and what it will be. */
  const renamed = new Map<string, { readonly from: number; readonly to: number }>();

  function tell(put: Put): Put {
    if (isQuestion(put)) return put;
    const { key, entry } = put;
    const left = (written.get(key) ?? 0) - 1;
    written.set(key, left);
    const before = renamed.get(key);
    const expect = before?.from === put.expect ? before.to : put.expect;
    if (!entry || left === 0) return { ...put, expect };
    const to = unique();
    renamed.set(key, { from: entry.rev, to });
    return { ...put, expect, entry: { ...entry, rev: to } };
  }

  return changes.map((change) => {
    const isAlone = !change.puts?.some(({ key }) => (written.get(key) ?? 0) > 1 || renamed.has(key));
    return isAlone || !change.puts ? change : { ...change, puts: change.puts.map(tell) };
  });
}

function writtenKeys({ puts = [] }: Change): string[] {
  const keys: string[] = [];
  for (const put of puts) if (!isQuestion(put)) keys.push(put.key);
  return keys;
}

/** Numbers far above those that count up. */
function createUnique(nonce: () => string): () => number {
  let next: number | null = null;
  return () => {
    next = (next ?? createHash("sha256").update(nonce()).digest().readUIntBE(0, 6)) + 1;
    return next;
  };
}
