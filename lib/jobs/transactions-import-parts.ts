import type { z } from "zod";
import { cutPieces } from "@/lib/analysis/statement/cut-pieces";
import type { StatementLayout } from "@/lib/analysis/statement/inspect";
import type { Position } from "@/lib/analysis/statement/read-stretches";
import { WORDS_PER_ROW } from "@/lib/analysis/statement/seen-rows";
import type { ImportInput } from "@/lib/contracts/transactions-import";
import type { ChildResult, NewChild } from "@/lib/core/children";
import type { AdoptedPart } from "@/lib/core/dataset";
import { FatalError } from "@/lib/errors";
import type { Services } from "@/lib/jobs/define-job";
import { readWords, writtenBytes } from "@/lib/jobs/packed-words";
import { type PieceSource, readAright, readInOrder } from "@/lib/jobs/piece-readers";
import { tellable } from "@/lib/jobs/transactions-import-layout";
import { PackedPiece, unpackPiece } from "@/lib/jobs/transactions-import-packed";
import { isMisread, type PieceFacts } from "@/lib/jobs/transactions-import-piece";
import { type Stretch, stretchOf } from "@/lib/jobs/transactions-import-stretch";
import { readTransactions } from "@/lib/jobs/transactions-read";

interface Parts
  extends Omit<z.output<typeof readTransactions.input>, "fileId" | "account" | "from" | "until" | "layout"> {
  /** Where each part begins behind the first one. */
  readonly places: readonly Position[];
  readonly layout: StatementLayout;
}

/** The jobs that read a part each. */
export const readingsOf = (
  { fileId, account, mapping }: ImportInput,
  { places, layout, dateOrder, decimals, currency, submittedAt }: Parts,
): NewChild[] => {
  const given = { fileId, account, ...(mapping ? { mapping } : {}), layout: tellable(layout) };
  return [layout.start, ...places].map((from, index) => {
    const until = places[index]?.offset ?? null;
    return {
      name: readTransactions.name,
      input: { ...given, dateOrder, decimals, currency, submittedAt, from, until },
    };
  });
};

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
): AsyncGenerator<Stretch, void, void> {
  let reached = from;
  for (const part of parts) {
    if (part.until !== undefined && reached.offset >= part.until && !reached.isSkipping) continue;
    const here = { ...source, until: part.until };
    for await (const stretch of stretchesOf(here, part)) {
      for await (const known of knownFrom(here, stretch, reached)) {
        reached = known.pieces.at(-1)?.next ?? reached;
        yield known;
      }
    }
    const { format } = source.options().reading.layout;
    for await (const piece of readInOrder(here, cutPieces(here.read, format, { from: reached, until: part.until }))) {
      reached = piece.next;
      yield stretchOf(piece);
    }
  }
}

/** What a stretch holds from a place on: all of it at once if it was read as it is to be. */
async function* knownFrom(source: PartsSource, stretch: Stretch, from: Position): AsyncGenerator<Stretch, void, void> {
  const begin = stretch.pieces.findIndex(({ at }) => at.offset === from.offset && at.isSkipping === from.isSkipping);
  if (begin < 0) return;
  if (begin === 0 && areReadAright(stretch.pieces, source.options().reading.currency)) {
    yield stretch;
    return;
  }
  const lines = await stretch.lines();
  for (const [index, piece] of stretch.pieces.entries()) {
    if (index < begin) continue;
    const { count } = piece.transactions;
    const transactions = { lines: lines[index] ?? new Uint8Array(), count };
    yield stretchOf(await readAright(source, { ...piece, transactions }));
  }
}

function areReadAright(pieces: readonly PieceFacts[], currency: string | null): boolean {
  let known = currency;
  return pieces.every((piece) => {
    const isAright = !isMisread(piece, known);
    known = piece.currency ?? known;
    return isAright;
  });
}

/** So many pieces without a transaction are let pass together. */
const MAX_EMPTY = 16;

/** What one job has read, cut where the parts of its transactions end. @throws FatalError `parts_missing` */
async function* stretchesOf(
  { datasets }: PartsSource,
  { jobId, pieces }: ReadPart,
): AsyncGenerator<Stretch, void, void> {
  const takeIdentities = takeFrom(datasets.written(jobId, "identities"));
  const parts = datasets.parts(jobId, "lines")[Symbol.asyncIterator]();
  let part: AdoptedPart | null = null;
  let gathered: PackedPiece[] = [];
  let facts: PieceFacts[] = [];
  let rows = 0;
  let count = 0;
  const take = (): Stretch => {
    const taken = { pieces: facts, part, lines: createLineReader(datasets, part, gathered) };
    [part, gathered, facts, rows] = [null, [], [], 0];
    return taken;
  };
  for await (const row of datasets.rows(jobId, "pieces")) {
    const piece = PackedPiece.parse(row);
    gathered.push(piece);
    facts.push(unpackPiece(piece, readWords(await takeIdentities(writtenBytes(piece.count * WORDS_PER_ROW)))));
    count += 1;
    rows += piece.count;
    if (rows > 0 && part === null) part = (await parts.next()).value ?? failMissing();
    if (rows === (part?.rows ?? 0) && (part !== null || facts.length === MAX_EMPTY)) yield take();
  }
  if (rows > 0 || count !== pieces) failMissing();
  if (facts.length > 0) yield take();
}

/** Reads the lines of a part and gives each piece its own. */
const createLineReader =
  ({ linesOf }: Services["datasets"], adopted: AdoptedPart | null, pieces: readonly PackedPiece[]): Stretch["lines"] =>
  async () => {
    const bytes = adopted ? Buffer.concat(await Array.fromAsync(linesOf(adopted.part))) : Buffer.alloc(0);
    let at = 0;
    return pieces.map((piece) => {
      at += piece.bytes;
      return bytes.subarray(at - piece.bytes, at);
    });
  };

function failMissing(): never {
  const message = "The jobs that read the parts of the file have been removed. Retry the import from the start.";
  throw new FatalError("parts_missing", message);
}

/** Takes so many bytes at a time off a stream. They are not used again by whoever hands them over. */
function takeFrom(stream: AsyncIterable<Uint8Array>): (count: number) => Promise<Uint8Array> {
  const pieces = stream[Symbol.asyncIterator]();
  let waiting: Uint8Array = new Uint8Array();
  return async (count) => {
    if (count <= waiting.length) {
      const whole = waiting.subarray(0, count);
      waiting = waiting.subarray(count);
      return whole;
    }
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
