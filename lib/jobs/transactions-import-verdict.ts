import { HAS_BALANCE, type SeenRows, WORDS_PER_ROW } from "@/lib/analysis/statement/seen-rows";
import type { Verdict } from "@/lib/jobs/transactions-import-packed";

/** Judges rows by their identities, each once and in the file's order; answers the numbers of those imported before. */
export function judgeRows(seen: SeenRows, identities: Uint32Array): ReadonlySet<number> {
  const duplicates = new Set<number>();
  const rows = identities.length / WORDS_PER_ROW;
  for (let row = 0; row < rows; row += 1) {
    if (seen.isDuplicate(identities, row * WORDS_PER_ROW)) duplicates.add(row);
  }
  return duplicates;
}

/** Judges rows against those of the same part, and keeps what another judge needs who knows more of them. */
export function judgeAlone(seen: SeenRows, identities: Uint32Array): { words: Uint32Array; verdict: Verdict } {
  const duplicates = judgeRows(seen, identities).size;
  return { words: seen.take(), verdict: { duplicates, balances: balancesOf(identities) } };
}

/** Identities as they were before they were judged. */
export function unjudged(words: Uint32Array, { balances }: Verdict): Uint32Array {
  const identities = words.slice();
  const bits = typeof balances === "string" ? Buffer.from(balances, "base64") : null;
  for (let at = 4, row = 0; at < identities.length; at += WORDS_PER_ROW, row += 1) {
    const hasBalance = bits ? ((bits[row >> 3] ?? 0) >> (row & 7)) & 1 : balances;
    identities[at] = hasBalance ? HAS_BALANCE : 0;
  }
  return identities;
}

function balancesOf(identities: Uint32Array): Verdict["balances"] {
  const rows = identities.length / WORDS_PER_ROW;
  const bits = new Uint8Array(Math.ceil(rows / 8));
  let count = 0;
  for (let row = 0; row < rows; row += 1) {
    if (identities[row * WORDS_PER_ROW + 4] !== HAS_BALANCE) continue;
    bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7));
    count += 1;
  }
  if (count === 0) return false;
  return count === rows ? true : Buffer.from(bits).toString("base64");
}
