import type { z } from "zod";
import { cutPieces } from "@/lib/analysis/statement/cut-pieces";
import type { StatementLayout } from "@/lib/analysis/statement/inspect";
import type { Position } from "@/lib/analysis/statement/read-stretches";
import type { ImportInput } from "@/lib/contracts/transactions-import";
import type { ChildResult, NewChild } from "@/lib/core/children";
import { FatalError } from "@/lib/errors";
import type { Services } from "@/lib/jobs/define-job";
import { type PieceSource, readAright, readInOrder } from "@/lib/jobs/piece-readers";
import { tellable } from "@/lib/jobs/transactions-import-layout";
import { PackedPiece } from "@/lib/jobs/transactions-import-packed";
import { packedStretch } from "@/lib/jobs/transactions-import-packed-stretch";
import { isMisread, type PieceFacts } from "@/lib/jobs/transactions-import-piece";
import { type Stretch, stretchOf } from "@/lib/jobs/transactions-import-stretch";
import { readTransactions } from "@/lib/jobs/transactions-read";

interface Parts
  extends Omit<
    z.output<typeof readTransactions.input>,
    "fileId" | "account" | "from" | "until" | "layout" | "expectedRows"
  > {
  /** Where each part begins behind the first one. */
  readonly places: readonly Position[];
  readonly layout: StatementLayout;
  /** Of the whole file. */
  readonly expectedRows: number;
}

/** The jobs that read a part each. */
export const readingsOf = (
  { fileId, account, mapping }: ImportInput,
  { places, layout, dateOrder, decimals, currency, submittedAt, ...parts }: Parts,
): NewChild[] => {
  const expectedRows = Math.ceil(parts.expectedRows / (places.length + 1));
  const given = { fileId, account, ...(mapping ? { mapping } : {}), layout: tellable(layout) };
  return [layout.start, ...places].map((from, index) => {
    const until = places[index]?.offset ?? null;
    return {
      name: readTransactions.name,
      input: { ...given, dateOrder, decimals, currency, submittedAt, from, until, expectedRows },
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
  const read = await stretch.identities();
  for (const [index, piece] of stretch.pieces.entries()) {
    if (index < begin) continue;
    const { count } = piece.transactions;
    const transactions = { lines: lines[index] ?? new Uint8Array(), count };
    const identities = read[index] ?? new Uint32Array();
    yield stretchOf(await readAright(source, { ...piece, transactions, identities }));
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

/** What one job has read, cut where its commits were: each has left a part in every dataset. @throws FatalError `parts_missing` */
async function* stretchesOf(
  { datasets }: PartsSource,
  { jobId, pieces }: ReadPart,
): AsyncGenerator<Stretch, void, void> {
  await using rows = closing(datasets.rows(jobId, "pieces"));
  await using transactions = closing(datasets.parts(jobId, "lines"));
  let count = 0;
  for await (const identities of datasets.parts(jobId, "identities")) {
    const packed: PackedPiece[] = [];
    for (; packed.length < identities.rows; count += 1)
      packed.push(PackedPiece.parse((await rows.next()) ?? failMissing()));
    const size = packed.reduce((sum, piece) => sum + piece.count, 0);
    const part = size > 0 ? ((await transactions.next()) ?? failMissing()) : null;
    if (part && part.rows !== size) failMissing();
    yield packedStretch(datasets, jobId, { packed, part, identities });
  }
  if (count !== pieces) failMissing();
}

function failMissing(): never {
  const message = "The jobs that read the parts of the file have been removed. Retry the import from the start.";
  throw new FatalError("parts_missing", message);
}

/** Takes one after the other; null behind the last. Who leaves early leaves nothing open. */
function closing<Item>(items: AsyncIterable<Item>) {
  const iterator = items[Symbol.asyncIterator]();
  return {
    next: async (): Promise<Item | null> => {
      const { done, value } = await iterator.next();
      return done ? null : value;
    },
    [Symbol.asyncDispose]: async () => void (await iterator.return?.()),
  };
}
