import { z } from "zod";
import { balanceBreaks, noBalances } from "@/lib/analysis/statement/balance-check";
import { createCategories } from "@/lib/analysis/statement/categories";
import { cutPieces } from "@/lib/analysis/statement/cut-pieces";
import { gather, isDecided } from "@/lib/analysis/statement/evidence";
import { readBatches } from "@/lib/analysis/statement/read-batches";
import type { ReadBytes } from "@/lib/analysis/statement/read-stretches";
import { createSummariser } from "@/lib/analysis/statement/summarise";
import { ImportInput, ImportSummary, Rejected, Transaction } from "@/lib/contracts/transactions-import";
import { SpawnCursor } from "@/lib/core/children";
import { defineJob } from "@/lib/jobs/define-job";
import { PackedWords } from "@/lib/jobs/packed-words";
import { readInOrder } from "@/lib/jobs/piece-readers";
import { DecideCursor, DivideCursor, ImportCursor } from "@/lib/jobs/transactions-import-cursor";
import { findPlaces } from "@/lib/jobs/transactions-import-divide";
import { inspectFile, settledBy, spellingFor } from "@/lib/jobs/transactions-import-file";
import { loadSeenRows } from "@/lib/jobs/transactions-import-identities";
import { createJudge } from "@/lib/jobs/transactions-import-judge";
import { mergeStretch } from "@/lib/jobs/transactions-import-merge";
import { Sum } from "@/lib/jobs/transactions-import-packed";
import { partOf, type ReadPart, readingsOf, readParts } from "@/lib/jobs/transactions-import-parts";
import type { PieceOptions } from "@/lib/jobs/transactions-import-piece";
import { eachAlone } from "@/lib/jobs/transactions-import-stretch";
import { formatMinor, fractionDigits } from "@/lib/money";

const NAME = "transactions.import";

/** What a batch adds up to, and the categories that it was the first to name. */
const BatchSums = z.object({ categories: z.array(z.string()), sums: z.array(Sum) });

/** Imports a bank statement. Rows that cannot be read are kept beside the others, with the reason; none is counted twice. */
export const importTransactions = defineJob({
  name: NAME,
  title: "Statement import",
  queue: "imports",
  input: ImportInput,
  output: ImportSummary,
  stages: {
    inspect: "Looking at the file",
    decide: { label: "Finding out how dates and amounts are written", cursor: DecideCursor, weight: 0 },
    divide: { label: "Dividing the file", cursor: DivideCursor, weight: 0, optional: true },
    read: { label: "Reading its parts side by side", cursor: SpawnCursor, weight: 3, optional: true },
    import: { label: "Importing rows", cursor: ImportCursor },
    summarise: "Adding up",
  },
  datasets: { transactions: Transaction, rejected: Rejected },
  internalDatasets: { identities: PackedWords, sums: BatchSums },
  retry: { maxAttempts: 5 },
  uniqueKey: ({ fileId, account }) => `${fileId}:${account}`,
  concurrencyKey: ({ account }) => account,
  files: ({ fileId }) => [fileId],
  public: true,
  sayResult: ({ imported, duplicates, rejected }) => ({
    kind: rejected > 0 ? "warning" : "success",
    message: `${imported} imported, ${duplicates} duplicates, ${rejected} rejected.`,
  }),

  async *run({ input, stage, spawn, services, committed, createdAt }) {
    const { fileId, account, partitions = 1 } = input;
    const read: ReadBytes = (range) => services.files.read(fileId, range);
    const { bytes, layout, expectedRows, ...found } = yield* stage("inspect", () => inspectFile(services.files, input));
    const total = { total: bytes, unit: "bytes" };

    const spelling = yield* stage("decide", total, async function* ({ cursor }) {
      let { position, evidence } = structuredClone(cursor ?? { position: found.readUntil, evidence: found.evidence });
      const settled = settledBy(input);
      if (!isDecided(evidence, layout.columns, settled)) {
        for await (const { records, next } of readBatches(read, layout.format, position)) {
          evidence = structuredClone(evidence); // the one before may be waiting for its commit
          gather(evidence, records, layout.columns, layout.headers.length);
          position = next;
          if (isDecided(evidence, layout.columns, settled)) break;
          yield { cursor: { position, evidence }, done: position.offset };
        }
      }
      return { ...spellingFor(evidence, input), currency: input.currency ?? evidence.currency };
    });

    const parts: ReadPart[] = [];
    if (partitions > 1) {
      const share = { read, layout, bytes, count: partitions };
      const places = yield* stage("divide", total, ({ cursor }) => findPlaces(share, cursor));
      if (places.length > 0) {
        const readings = readingsOf(input, { places, layout, expectedRows, ...spelling, submittedAt: createdAt });
        const children = yield* spawn("read", readings);
        for await (const child of children.results()) parts.push(partOf(child, places[child.index]?.offset));
      }
    }

    const imported = yield* stage("import", total, async function* ({ cursor: reached, emit, committed }) {
      const { seen, comparedWith } = await loadSeenRows({
        services,
        name: NAME,
        account,
        own: committed("identities"),
        comparedWith: reached?.comparedWith ?? null,
        expectedRows,
      });
      const categories = createCategories();
      for await (const batch of committed("sums")) categories.restore(batch.categories);
      const categoryColumn = layout.headers[layout.columns.category ?? -1] ?? "category";
      let cursor: ImportCursor = { ...(reached ?? begin(layout.start, spelling.currency)), comparedWith };

      const options = (): PieceOptions => ({
        reading: { account, layout, ...spelling, currency: cursor.currency, submittedAt: createdAt },
        categories: categories.all(),
      });
      const source = { readers: services.pieces, read, options };
      const stretches =
        parts.length > 0
          ? readParts({ ...source, datasets: services.datasets }, parts, cursor.position)
          : eachAlone(readInOrder(source, cutPieces(read, layout.format, { from: cursor.position })));
      const merging = { judge: createJudge(seen, cursor), categories, categoryColumn };
      for await (const stretch of stretches) {
        const { transactions, rejected, sums, ...merged } = await mergeStretch(merging, stretch, cursor);
        for (const rows of transactions) emit("transactions", rows);
        emit("rejected", rejected);
        if (merged.identities) emit("identities", merged.identities);
        if (sums.length + merged.categories.length > 0) emit("sums", [{ sums, categories: merged.categories }]);
        cursor = merged.cursor;
        yield { cursor, done: cursor.position.offset, failed: cursor.rejected };
      }
      const { imported, duplicates, rejected, currency, from, to, balances } = cursor;
      return { imported, duplicates, rejected, currency, from, to, breaks: balanceBreaks(balances) };
    });

    const digits = fractionDigits(spelling.currency);
    const summarise = async (): Promise<ImportSummary> => {
      const summariser = createSummariser(digits);
      for await (const batch of committed("sums")) summariser.add(batch.sums);
      const { breaks, ...counts } = imported;
      const money = (minor: number) => formatMinor(minor, digits);
      const warnings = breaks.map(({ line, expected, found }) => ({
        line,
        expected: money(expected),
        found: money(found),
      }));
      return {
        rows: counts.imported + counts.duplicates + counts.rejected,
        ...counts,
        ...summariser.result(),
        ...(layout.columns.balance === undefined ? {} : { warnings }),
      };
    };
    let summary: ImportSummary | undefined;
    yield* stage("summarise", async () => {
      summary = await summarise();
    });
    return summary ?? (await summarise()); // decades times categories are too much for a checkpoint to remember
  },
});

const begin = (position: ImportCursor["position"], currency: string | null): ImportCursor => ({
  position,
  imported: 0,
  duplicates: 0,
  rejected: 0,
  from: null,
  to: null,
  currency,
  balances: noBalances(),
  comparedWith: [],
});
