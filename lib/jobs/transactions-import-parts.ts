import type { z } from "zod";
import { cutPieces } from "@/lib/analysis/statement/cut-pieces";
import type { Position } from "@/lib/analysis/statement/read-stretches";
import { WORDS_PER_ROW } from "@/lib/analysis/statement/seen-rows";
import type { ImportInput } from "@/lib/contracts/transactions-import";
import type { ChildResult, NewChild } from "@/lib/core/children";
import { FatalError } from "@/lib/errors";
import type { Services } from "@/lib/jobs/define-job";
import { readWords, writtenBytes } from "@/lib/jobs/packed-words";
import { type PieceSource, readAright, readInOrder } from "@/lib/jobs/piece-readers";
import { PackedPiece, unpackPiece } from "@/lib/jobs/transactions-import-packed";
import type { PieceRows } from "@/lib/jobs/transactions-import-piece";
import { readTransactions } from "@/lib/jobs/transactions-read";

interface Parts extends Omit<z.output<typeof readTransactions.input>, "fileId" | "account" | "from" | "until"> {
  /** Where each begins. */
  readonly places: readonly Position[];
}

/** The jobs that read a part each. */
export const readingsOf = (
  { fileId, account, mapping }: ImportInput,
  { places, dateOrder, decimals, currency, submittedAt }: Parts,
): NewChild[] =>
  places.map((from, index) => {
    const until = places[index + 1]?.offset ?? null;
    const given = { fileId, account, ...(mapping ? { mapping } : {}) };
    return {
      name: readTransactions.name,
      input: { ...given, dateOrder, decimals, currency, submittedAt, from, until },
    };
  });

/** A part of the file, and the job that has read it. */
export interface ReadPart {
  readonly jobId: string;
  /** How many it says that it has read; null if nobody can say any more. */
  readonly pieces: number | null;
  /** Where the next part was to begin; undefined of the last one. */
  readonly until: number | undefined;
}

export function partOf({ id: jobId, ...child }: ChildResult, until: number | undefined): ReadPart {
  const pieces = child.state === "completed" ? readTransactions.output.parse(child.output).pieces : null;
  return { jobId, pieces, until };
}

interface PartsSource extends PieceSource {
  readonly datasets: Services["datasets"];
}

/**
 * What jobs have read of the file, from a place on, in the file's order. Where a part begins was a guess. It was right
 * if the part before ended there; else the pieces behind that end are read here, up to where a part does begin.
 *
 * @throws FatalError `parts_missing` if what a job has read is not there any more: the jobs of an import that failed may
 * have been removed before it was retried.
 */
export async function* readParts(
  source: PartsSource,
  parts: readonly ReadPart[],
  from: Position,
): AsyncGenerator<PieceRows, void, void> {
  let reached = from;
  for (const part of parts) {
    if (part.until !== undefined && reached.offset >= part.until && !reached.isSkipping) continue;
    const here = { ...source, until: part.until };
    for await (const piece of piecesOf(here, part)) {
      if (!isSamePlace(piece.at, reached)) continue;
      reached = piece.next;
      yield await readAright(here, piece);
    }
    const { format } = source.options().reading.layout;
    for await (const piece of readInOrder(here, cutPieces(here.read, format, { from: reached, until: part.until }))) {
      reached = piece.next;
      yield piece;
    }
  }
}

const isSamePlace = (a: Position, b: Position) => a.offset === b.offset && a.isSkipping === b.isSkipping;

/** The pieces that one job has read. @throws FatalError `parts_missing` */
async function* piecesOf(
  { datasets }: PartsSource,
  { jobId, pieces }: ReadPart,
): AsyncGenerator<PieceRows, void, void> {
  const takeLines = takeFrom(datasets.written(jobId, "lines"));
  const takeIdentities = takeFrom(datasets.written(jobId, "identities"));
  let count = 0;
  for await (const row of datasets.rows(jobId, "pieces")) {
    const piece = PackedPiece.parse(row);
    const lines = await takeLines(piece.bytes);
    const identities = await takeIdentities(writtenBytes(piece.count * WORDS_PER_ROW));
    count += 1;
    yield unpackPiece(piece, { lines, identities: readWords(identities) });
  }
  if (count !== pieces) failMissing();
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
