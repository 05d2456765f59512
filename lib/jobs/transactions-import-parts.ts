import type { z } from "zod";
import { cutPieces } from "@/lib/analysis/statement/cut-pieces";
import type { StatementLayout } from "@/lib/analysis/statement/inspect";
import type { Position, ReadBytes } from "@/lib/analysis/statement/read-stretches";
import { WORDS_PER_ROW } from "@/lib/analysis/statement/seen-rows";
import type { ImportInput } from "@/lib/contracts/transactions-import";
import type { NewChild } from "@/lib/core/children";
import type { SafePoint } from "@/lib/core/stage";
import { FatalError } from "@/lib/errors";
import type { Services } from "@/lib/jobs/define-job";
import { readWords, writtenBytes } from "@/lib/jobs/packed-words";
import { type PieceSource, readAright } from "@/lib/jobs/piece-readers";
import type { DivideCursor } from "@/lib/jobs/transactions-import-cursor";
import { PackedPiece, unpackPiece } from "@/lib/jobs/transactions-import-packed";
import type { PieceRows } from "@/lib/jobs/transactions-import-piece";
import { readTransactions } from "@/lib/jobs/transactions-read";

interface Share {
  readonly read: ReadBytes;
  readonly layout: StatementLayout;
  /** How many the whole file has. */
  readonly bytes: number;
  /** How many parts there should be. A small file may have fewer. */
  readonly count: number;
}

/** Finds the places where the second part and those behind it begin: ends of pieces, so that everybody cuts the same ones. */
export async function* findPlaces(
  { read, layout, bytes, count }: Share,
  from: DivideCursor | undefined,
): AsyncGenerator<SafePoint<DivideCursor>, readonly Position[], void> {
  const { offset } = layout.start;
  let { position, places } = from ?? { position: layout.start, places: [] };
  for await (const { next } of cutPieces(read, layout.format, position)) {
    const wanted = offset + ((bytes - offset) * (places.length + 1)) / count;
    if (next.offset >= wanted && next.offset < bytes) places = [...places, next];
    position = next;
    yield { cursor: { position, places }, done: position.offset };
  }
  return places;
}

interface Parts extends Omit<z.output<typeof readTransactions.input>, "fileId" | "account" | "from" | "until"> {
  /** Where each begins. */
  readonly places: readonly Position[];
  readonly bytes: number;
}

/** The jobs that read a part each. */
export const readingsOf = (
  { fileId, account, mapping }: ImportInput,
  { places, bytes, dateOrder, decimals, currency, submittedAt }: Parts,
): NewChild[] =>
  places.map((from, index) => {
    const until = places[index + 1]?.offset ?? bytes;
    const given = { fileId, account, ...(mapping ? { mapping } : {}) };
    return {
      name: readTransactions.name,
      input: { ...given, dateOrder, decimals, currency, submittedAt, from, until },
    };
  });

interface PartsSource extends PieceSource {
  readonly datasets: Services["datasets"];
  /** How many the whole file has. */
  readonly bytes: number;
}

/**
 * What the jobs with these ids have read of the file, from a place on, in the file's order.
 *
 * @throws FatalError `parts_missing` if not all of it is there: the jobs of an import that failed may have been removed
 * before it was retried.
 */
export async function* readParts(
  source: PartsSource,
  jobIds: readonly string[],
  from: Position,
): AsyncGenerator<PieceRows, void, void> {
  const { datasets, bytes } = source;
  let reached = from.offset;
  for (const jobId of jobIds) {
    const takeLines = takeFrom(datasets.written(jobId, "lines"));
    const takeIdentities = takeFrom(datasets.written(jobId, "identities"));
    for await (const row of datasets.rows(jobId, "pieces")) {
      const piece = PackedPiece.parse(row);
      const lines = await takeLines(piece.bytes);
      const identities = await takeIdentities(writtenBytes(piece.count * WORDS_PER_ROW));
      if (piece.next.offset <= from.offset) continue;
      if (piece.at.offset !== reached) failMissing();
      reached = piece.next.offset;
      yield await readAright(source, unpackPiece(piece, { lines, identities: readWords(identities) }));
    }
  }
  if (reached < bytes) failMissing();
}

function failMissing(): never {
  const message = "The jobs that read the parts of the file have been removed. Retry the import from the start.";
  throw new FatalError("parts_missing", message);
}

/** Takes so many bytes at a time off a stream. They are not used again by whoever hands them over. */
function takeFrom(stream: AsyncIterable<Uint8Array>): (count: number) => Promise<Uint8Array> {
  const pieces = stream[Symbol.asyncIterator]();
  let waiting: Uint8Array = new Uint8Array();
  return async (count) => {
    const taken = new Uint8Array(count);
    let length = 0;
    while (length < count) {
      if (waiting.length === 0) {
        const { done, value } = await pieces.next();
        if (done) throw new Error("A part of the statement holds fewer rows than it was said to.");
        waiting = value;
      }
      const part = waiting.subarray(0, count - length);
      taken.set(part, length);
      length += part.length;
      waiting = waiting.subarray(part.length);
    }
    return taken;
  };
}
