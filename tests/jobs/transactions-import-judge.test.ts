import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { identify } from "@/lib/analysis/statement/identity";
import { createSeenRows, HAS_BALANCE, WORDS_PER_ROW } from "@/lib/analysis/statement/seen-rows";
import type { AdoptedPart } from "@/lib/core/dataset";
import { areAdopted } from "@/lib/core/stage";
import { readWords } from "@/lib/jobs/packed-words";
import { createJudge } from "@/lib/jobs/transactions-import-judge";
import type { PieceFacts } from "@/lib/jobs/transactions-import-piece";
import type { Stretch } from "@/lib/jobs/transactions-import-stretch";
import { judgeAlone, judgeRows, unjudged } from "@/lib/jobs/transactions-import-verdict";

interface Row {
  readonly day: number;
  readonly minor: number;
  readonly balance: number | null;
}

const PIECE_ROWS = 3;
const STRETCH_PIECES = 2;
const dayOf = (day: number) => `2025-01-${String(day + 1).padStart(2, "0")}`;

function identitiesOf(rows: readonly Row[]): Uint32Array {
  const identities = new Uint32Array(rows.length * WORDS_PER_ROW);
  for (const [index, row] of rows.entries()) {
    identify({ ...row, type: "expense", description: "Tea" }, identities, index * WORDS_PER_ROW);
    if (row.balance !== null) identities[index * WORDS_PER_ROW + 4] = HAS_BALANCE;
  }
  return identities;
}

const chunks = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size));

/** What a job makes of its part: its stretches as they were judged there. Counts how often their rows are read again. */
function partOf(rows: readonly Row[], jobId: string, onRead: () => void = () => {}): Stretch[] {
  const seen = createSeenRows();
  const pieces = chunks(rows, PIECE_ROWS).map((own) => {
    const days = own.map(({ day }) => dayOf(day)).toSorted();
    const facts = { transactions: { count: own.length }, from: days.at(0) ?? null, to: days.at(-1) ?? null };
    return { facts: facts as PieceFacts, ...judgeAlone(seen, identitiesOf(own)) }; // a judge looks at nothing else
  });
  return chunks(pieces, STRETCH_PIECES).map((own, number): Stretch => {
    const part: AdoptedPart = {
      part: { jobId, dataset: "identities", token: "t", number },
      first: 0,
      rows: own.length,
    };
    const asRead = (piece: number, words: Uint32Array) => {
      const verdict = own[piece]?.verdict;
      if (!verdict) throw new Error("There is no such piece.");
      return unjudged(words, verdict);
    };
    const words = async () => {
      onRead();
      return own.map((piece) => piece.words);
    };
    return {
      pieces: own.map(({ facts }) => facts),
      part: null,
      lines: async () => [],
      identities: async () => (await words()).map((piece, index) => asRead(index, piece)),
      judged: { jobId, part, duplicates: own.map(({ verdict }) => verdict.duplicates), identities: words, asRead },
    };
  });
}

/** What is kept of all rows, judged one after the other. */
function judgedInTurn(rows: readonly Row[], earlier: Uint32Array): number[] {
  const seen = createSeenRows();
  if (earlier.length > 0) seen.compareWith(earlier);
  judgeRows(seen, identitiesOf(rows));
  return [...seen.take()];
}

/** The same, judged by parts; from stretch `interruptedAt` on by another judge, who knows what the first has kept. */
async function judgedInParts(parts: readonly Stretch[][], earlier: Uint32Array, interruptedAt: number) {
  const kept: number[] = [];
  const duplicates: number[] = [];
  const begin = (days: { from: string | null; to: string | null }) => {
    const seen = createSeenRows();
    seen.restore(Uint32Array.from(kept));
    if (earlier.length > 0) seen.compareWith(earlier);
    return createJudge(seen, days);
  };
  let judge = begin({ from: null, to: null });
  let days: string[] = [];
  let interruptedIn: string | null = null;
  let passed = 0;
  for (const [number, stretch] of parts.flatMap((part) => [...part.entries()])) {
    if (passed === interruptedAt) {
      judge = begin({ from: days.toSorted().at(0) ?? null, to: days.toSorted().at(-1) ?? null });
      interruptedIn = number > 0 ? (stretch.judged?.jobId ?? null) : null;
    }
    const isKnown = stretch.judged?.jobId !== interruptedIn;
    const judgement = await judge(isKnown ? stretch : { ...stretch, judged: null });
    const { identities } = judgement;
    let words: readonly Uint32Array[] = [];
    if (identities && areAdopted(identities)) words = (await stretch.judged?.identities()) ?? [];
    else if (identities && "lines" in identities) words = [readWords(identities.lines)];
    for (const piece of words) kept.push(...piece);
    for (const piece of judgement.duplicates) duplicates.push(piece.size);
    days = [...days, ...stretch.pieces.flatMap(({ from, to }) => [from ?? [], to ?? []].flat())];
    passed += 1;
  }
  return { kept, duplicates: duplicates.reduce((sum, count) => sum + count, 0) };
}

const ACCEPTED = 0x8000_0000;
const duplicatesIn = (words: readonly number[]) =>
  words.filter((word, index) => index % WORDS_PER_ROW === 4 && word < ACCEPTED).length;

const aRow = fc.record({
  day: fc.nat(6),
  minor: fc.nat(1),
  balance: fc.constantFrom(null, null, 0, 1),
});

describe("judging what other jobs have judged", () => {
  test("comes to what judging all rows in turn comes to", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(aRow, { maxLength: 60 }),
        fc.constantFrom("by day", "latest first", "as they come"),
        fc.integer({ min: 1, max: 4 }),
        fc.array(aRow, { maxLength: 3 }),
        fc.nat(12),
        async (rows, order, count, others, interruptedAt) => {
          const sorted = order === "as they come" ? rows : rows.toSorted((a, b) => a.day - b.day);
          const ordered = order === "latest first" ? sorted.toReversed() : sorted;
          const earlier = Uint32Array.from(judgedInTurn(others, new Uint32Array()));
          const size = Math.max(1, Math.ceil(ordered.length / count));
          const parts = chunks(ordered, size).map((part, index) => partOf(part, `job_${index}`));
          const { kept, duplicates } = await judgedInParts(parts, earlier, interruptedAt);
          const expected = judgedInTurn(ordered, earlier);
          expect(kept).toEqual(expected);
          expect(duplicates).toBe(duplicatesIn(expected));
        },
      ),
      { numRuns: 500 },
    );
  });

  test("reads again only rows of days that two parts hold", async () => {
    const rows = Array.from({ length: 60 }, (_, n): Row => ({ day: Math.floor(n / 4), minor: n % 3, balance: null }));
    const reads = [0, 0];
    // The second part begins with the first one's last day.
    const parts = [rows.slice(0, 30), rows.slice(30)].map((part, index) =>
      partOf(part, `job_${index}`, () => {
        reads[index] = (reads[index] ?? 0) + 1;
      }),
    );
    const judge = createJudge(createSeenRows(), { from: null, to: null });
    const judgements = [];
    for (const stretch of parts.flat()) judgements.push(await judge(stretch));
    const isAdopted = judgements.map(({ identities }) => identities !== null && areAdopted(identities));
    expect(isAdopted).toEqual([true, true, true, true, true, false, true, true, true, true]);
    expect(reads).toEqual([1, 1]);
  });
});
