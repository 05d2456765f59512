import { z } from "zod";
import { cutPieces } from "@/lib/analysis/statement/cut-pieces";
import type { ReadBytes } from "@/lib/analysis/statement/read-stretches";
import { createSeenRows } from "@/lib/analysis/statement/seen-rows";
import { ColumnMapping, Transaction } from "@/lib/contracts/transactions-import";
import { defineJob } from "@/lib/jobs/define-job";
import { PackedWords, writeWords } from "@/lib/jobs/packed-words";
import { readInOrder } from "@/lib/jobs/piece-readers";
import { Position } from "@/lib/jobs/transactions-import-cursor";
import { inspectFile } from "@/lib/jobs/transactions-import-file";
import { unpackEach } from "@/lib/jobs/transactions-import-identities";
import { Layout } from "@/lib/jobs/transactions-import-layout";
import { PackedPiece, packPiece } from "@/lib/jobs/transactions-import-packed";
import { judgeAlone } from "@/lib/jobs/transactions-import-verdict";

const Mark = z.enum([".", ","]);

/**
 * Reads one part of a statement for the import that divided it, and judges nothing that depends on another part. Which
 * rows are equal it tells of its own.
 */
export const readTransactions = defineJob({
  name: "transactions.read",
  queue: "imports",
  input: z.strictObject({
    fileId: z.string(),
    account: z.string(),
    mapping: ColumnMapping.optional(),
    dateOrder: z.enum(["dmy", "mdy", "ymd", "named"]),
    decimals: z.object({ amount: Mark, withdrawal: Mark, deposit: Mark, balance: Mark }),
    currency: z.string().nullable(),
    submittedAt: z.int(),
    from: Position,
    /** Where another job begins: most likely, a record does too. Null: at the end of the file. */
    until: z.int().nullable(),
    /** Null: it has to look for itself. */
    layout: Layout.nullable().default(null),
    /** About as many as it will find. */
    expectedRows: z.int().default(0),
  }),
  output: z.object({ pieces: z.int() }),
  stages: {
    inspect: "Looking at the file",
    read: {
      label: "Reading rows",
      cursor: z.object({ position: Position, currency: z.string().nullable(), pieces: z.int() }),
    },
  },
  internalDatasets: { lines: Transaction, identities: PackedWords, pieces: PackedPiece },
  retry: { maxAttempts: 5 },
  // What they have read stands in the import's own datasets once that has ended; until then they are kept.
  keep: { completedFor: "1h" },
  files: ({ fileId }) => [fileId],

  async *run({ input, stage, services }) {
    const { fileId, account, dateOrder, decimals, submittedAt, from, expectedRows } = input;
    const { layout, bytes } = yield* stage("inspect", async () => {
      if (!input.layout) return await inspectFile(services.files, input);
      const { size } = await services.files.stat(fileId);
      return { layout: input.layout, bytes: size };
    });
    const total = { total: (input.until ?? bytes) - from.offset, unit: "bytes" };
    const until = input.until ?? undefined;
    return yield* stage("read", total, async function* ({ cursor: reached, emit, committed }) {
      const seen = createSeenRows({ expected: expectedRows });
      await unpackEach(committed("identities"), seen.restore);
      let cursor = reached ?? { position: from, currency: input.currency, pieces: 0 };
      const read: ReadBytes = (range) => services.files.read(fileId, range);
      const pieces = cutPieces(read, layout.format, { from: cursor.position, until });
      const options = () => ({
        reading: { account, layout, dateOrder, decimals, submittedAt, currency: cursor.currency },
        categories: [],
      });
      for await (const rows of readInOrder({ readers: services.pieces, read, until, options }, pieces)) {
        const { words, verdict } = judgeAlone(seen, rows.identities);
        emit("lines", rows.transactions);
        emit("identities", writeWords(words));
        emit("pieces", [packPiece(rows, verdict)]);
        cursor = { position: rows.next, currency: rows.currency ?? cursor.currency, pieces: cursor.pieces + 1 };
        yield { cursor, done: rows.next.offset - from.offset };
      }
      return { pieces: cursor.pieces };
    });
  },
});
