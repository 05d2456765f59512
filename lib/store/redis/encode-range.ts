import type { Range, Scored } from "@/lib/core/ledger";

/** The arguments of ZRANGE behind the key. */
export function encodeRange({ max = Number.POSITIVE_INFINITY, offset = 0, limit, reverse = false }: Range): string[] {
  const highest = max === Number.POSITIVE_INFINITY ? "+inf" : String(max);
  const [from, to] = reverse ? [highest, "-inf"] : ["-inf", highest];
  return [from, to, "BYSCORE", ...(reverse ? ["REV"] : []), "LIMIT", String(offset), String(limit), "WITHSCORES"];
}

/** Members and scores come as one flat list, scores as text. */
export function decodeMembers(flat: readonly string[]): Scored[] {
  return flat.flatMap((member, i) => (i % 2 === 0 ? [{ member, score: Number(flat[i + 1]) }] : []));
}
