import { z } from "zod";
import { cutPieces, type Piece } from "@/lib/analysis/statement/cut-pieces";
import { ColumnMapping, Transaction } from "@/lib/contracts/transactions-import";
import { defineJob } from "@/lib/jobs/define-job";
import { PackedWords, writeWords } from "@/lib/jobs/packed-words";
import { readInOrder } from "@/lib/jobs/piece-readers";
import { Position } from "@/lib/jobs/transactions-import-cursor";
import { inspectFile } from "@/lib/jobs/transactions-import-file";
import { PackedPiece, packPiece } from "@/lib/jobs/transactions-import-packed";

const Mark = z.enum([".", ","]);

/** Reads one part of a statement for the import that divided it, and judges nothing that depends on another part. */
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
    /** Places where the whole file's pieces end, too. */
    from: Position,
    until: z.int(),
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
    const { fileId, account, dateOrder, decimals, submittedAt, from, until } = input;
    const { layout } = yield* stage("inspect", () => inspectFile(services.files, input));
    const total = { total: until - from.offset, unit: "bytes" };
    return yield* stage("read", total, async function* ({ cursor: reached, emit }) {
      let cursor = reached ?? { position: from, currency: input.currency, pieces: 0 };
      const read = (range: { readonly start: number }) => services.files.read(fileId, range);
      const pieces = between(cursor.position.offset, until, cutPieces(read, layout.format, cursor.position));
      const options = () => ({
        reading: { account, layout, dateOrder, decimals, submittedAt, currency: cursor.currency },
        categories: [],
      });
      for await (const rows of readInOrder({ readers: services.pieces, read, options }, pieces)) {
        emit("lines", rows.transactions);
        emit("identities", writeWords(rows.identities));
        emit("pieces", [packPiece(rows)]);
        cursor = { position: rows.next, currency: rows.currency ?? cursor.currency, pieces: cursor.pieces + 1 };
        yield { cursor, done: rows.next.offset - from.offset };
      }
      return { pieces: cursor.pieces };
    });
  },
});

/** The pieces up to a place. One ends there, for the place was found by cutting the same pieces. */
async function* between(from: number, until: number, pieces: AsyncIterable<Piece>): AsyncGenerator<Piece, void, void> {
  if (from >= until) return; // it had read all when it was stopped: the next piece is another part's
  for await (const piece of pieces) {
    yield piece;
    if (piece.next.offset >= until) return;
  }
}
