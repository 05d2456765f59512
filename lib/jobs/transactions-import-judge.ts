import { isAccepted, type SeenRows, WORDS_PER_ROW } from "@/lib/analysis/statement/seen-rows";
import type { AdoptedPart } from "@/lib/core/dataset";
import type { WrittenRows } from "@/lib/core/stage";
import { writeWords } from "@/lib/jobs/packed-words";
import type { JudgedStretch, Stretch } from "@/lib/jobs/transactions-import-stretch";
import { judgeRows } from "@/lib/jobs/transactions-import-verdict";

/** Days from the first to the last; null where there is no row. */
interface Days {
  readonly from: string | null;
  readonly to: string | null;
}

interface Judgement {
  /** The rows of each piece that were imported before. */
  readonly duplicates: readonly ReadonlySet<number>[];
  /** What is kept of the identities of all rows. */
  readonly identities: WrittenRows | AdoptedPart | null;
}

/** Pieces whose rows nobody had to be compared with yet. */
interface Waiting {
  readonly judged: JudgedStretch;
  readonly pieces: Map<number, Days>;
}

const NONE: ReadonlySet<number> = new Set();

/**
 * Judges the rows of stretches, in the file's order. Equal rows are of one day. So where the job that read a part has
 * judged its rows by themselves, that stands for all whose day no other part holds, which in a statement by day is nearly
 * every one: nobody reads them again, unless a row of such a day comes later. `restored` are the days of the rows that
 * `seen` holds from before an interruption.
 */
export function createJudge(seen: SeenRows, restored: Days) {
  // What was read anew is nobody's: what a job has judged of the same days does not stand behind it.
  const passed: { readonly days: Days; readonly jobId: string | null }[] = [{ days: restored, jobId: null }];
  let waiting: Waiting[] = [];

  /** Whether rows of these days may stand in another part, or in another import. */
  const mayBeElsewhere = (days: Days, jobId: string) =>
    seen.hasEarlier() || passed.some((other) => other.jobId !== jobId && overlap(days, other.days));

  async function restoreWaiting(days: Days): Promise<void> {
    for (const { judged, pieces } of waiting) {
      const wanted = [...pieces].filter(([, other]) => overlap(days, other));
      if (wanted.length === 0) continue;
      const identities = await judged.identities();
      for (const [index] of wanted) {
        seen.restore(identities[index] ?? failUnknown());
        pieces.delete(index);
      }
    }
  }

  async function judgeAnew(stretch: Stretch, doubtful: readonly boolean[]): Promise<Judgement> {
    const { pieces, judged } = stretch;
    const duplicates: ReadonlySet<number>[] = [];
    const all = await (judged ?? stretch).identities();
    const left = new Map<number, Days>();
    if (judged) waiting.push({ judged, pieces: left });
    for (const [index, piece] of pieces.entries()) {
      const words = all[index] ?? failUnknown();
      if (doubtful[index]) {
        await restoreWaiting(piece);
        duplicates.push(judgeRows(seen, judged ? judged.asRead(index, words) : words));
      } else {
        seen.keep(words);
        left.set(index, piece);
        duplicates.push(duplicatesIn(words));
      }
    }
    const taken = seen.take();
    if (judged && areSame(taken, all)) return { duplicates, identities: judged.part };
    return { duplicates, identities: taken.length > 0 ? writeWords(taken) : null };
  }

  return async (stretch: Stretch): Promise<Judgement> => {
    const { pieces, judged } = stretch;
    const doubtful = pieces.map((piece) => judged === null || mayBeElsewhere(piece, judged.jobId));
    const hasDuplicates = judged?.duplicates.some((count) => count > 0) ?? false;
    waiting = waiting.filter((other) => other.pieces.size > 0);
    passed.push({ days: daysOf(pieces), jobId: judged?.jobId ?? null });
    if (judged === null || hasDuplicates || doubtful.includes(true)) return judgeAnew(stretch, doubtful);
    waiting.push({ judged, pieces: new Map(pieces.entries()) });
    return { duplicates: pieces.map(() => NONE), identities: judged.part };
  };
}

const overlap = (a: Days, b: Days): boolean =>
  a.from !== null && a.to !== null && b.from !== null && b.to !== null && a.from <= b.to && b.from <= a.to;

/** Written like this, days sort as text does. */
const daysOf = (all: readonly Days[]): Days => ({
  from: all.reduce<string | null>(
    (least, { from }) => (least === null || (from !== null && from < least) ? from : least),
    null,
  ),
  to: all.reduce<string | null>((most, { to }) => (most === null || (to !== null && to > most) ? to : most), null),
});

/** Those that were judged to be duplicates. */
function duplicatesIn(words: Uint32Array): ReadonlySet<number> {
  const rows = new Set<number>();
  for (let at = 4, row = 0; at < words.length; at += WORDS_PER_ROW, row += 1) {
    if (!isAccepted(words[at] ?? 0)) rows.add(row);
  }
  return rows;
}

function areSame(words: Uint32Array, pieces: readonly Uint32Array[]): boolean {
  let at = 0;
  for (const piece of pieces) {
    if (bytesOf(piece).compare(bytesOf(words.subarray(at, at + piece.length))) !== 0) return false;
    at += piece.length;
  }
  return at === words.length;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint32Array) => Buffer.from(buffer, byteOffset, byteLength);

function failUnknown(): never {
  throw new Error("A piece of the statement has no identities.");
}
