import { WORDS_PER_ROW } from "@/lib/analysis/statement/seen-rows";
import type { AdoptedPart } from "@/lib/core/dataset";
import type { Services } from "@/lib/jobs/define-job";
import { readWords, writtenBytes } from "@/lib/jobs/packed-words";
import { type PackedPiece, unpackPiece } from "@/lib/jobs/transactions-import-packed";
import type { Stretch } from "@/lib/jobs/transactions-import-stretch";
import { unjudged } from "@/lib/jobs/transactions-import-verdict";

type Reader = Pick<Services["datasets"], "linesOf">;

interface Commit {
  readonly packed: readonly PackedPiece[];
  /** The part that holds their transactions; null if there is none. */
  readonly part: AdoptedPart | null;
  /** The part that holds a row of identities for each. */
  readonly identities: AdoptedPart;
}

/** Pieces that another job has read between two commits. What there is of every row is read when it is asked for. */
export function packedStretch(datasets: Reader, jobId: string, { packed, part, identities }: Commit): Stretch {
  const words = async () => {
    const sizes = packed.map(({ count }) => writtenBytes(count * WORDS_PER_ROW));
    return (await piecesOf(datasets, identities, sizes)).map(readWords);
  };
  const asRead = (piece: number, own: Uint32Array) => {
    const verdict = packed[piece]?.verdict;
    return verdict ? unjudged(own, verdict) : own;
  };
  const sizes = packed.map(({ bytes }) => bytes);
  const verdicts = packed.flatMap(({ verdict }) => verdict ?? []);
  const duplicates = verdicts.map((verdict) => verdict.duplicates);
  const isJudged = verdicts.length === packed.length;
  return {
    pieces: packed.map(unpackPiece),
    part,
    lines: () => piecesOf(datasets, part, sizes),
    identities: async () => (await words()).map((own, index) => asRead(index, own)),
    judged: isJudged ? { jobId, part: identities, duplicates, identities: words, asRead } : null,
  };
}

/** The bytes of a part, cut into stretches of these sizes. */
async function piecesOf({ linesOf }: Reader, part: AdoptedPart | null, sizes: readonly number[]) {
  const bytes = part ? Buffer.concat(await Array.fromAsync(linesOf(part.part))) : Buffer.alloc(0);
  let at = 0;
  return sizes.map((size) => {
    at += size;
    return bytes.subarray(at - size, at);
  });
}
