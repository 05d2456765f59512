import { z } from "zod";
import type { Manifest } from "@/lib/core/checkpoint";
import { type AdoptedPart, PART_HEADER_BYTES, type Part, partName } from "@/lib/core/dataset";
import type { FileStore } from "@/lib/core/file-store";

interface DatasetPlace {
  readonly jobId: string;
  readonly dataset: string;
}

type Run = Manifest[number];
type Reader = Pick<FileStore, "read">;

const Header = z.object({ first: z.int(), rows: z.int() });

/** The lines of all parts that count, in order, without the parts' headers. */
export async function* partsOf(files: Reader, place: DatasetPlace, manifest: Manifest): AsyncGenerator<Uint8Array> {
  for (const run of manifest) yield* runFrom(files, place, run, 0);
}

/**
 * The lines from the part on that holds row `offset`, and how many rows of that part come before it.
 * Costs one small read for each halving of the parts of one run.
 */
export async function partsFrom(
  files: Reader,
  place: DatasetPlace,
  manifest: Manifest,
  offset: number,
): Promise<{ bytes: AsyncIterable<Uint8Array>; skip: number }> {
  let before = 0;
  for (const [index, run] of manifest.entries()) {
    if (offset < before + run.rows) {
      const { number, first } = await findPart(files, place, run, offset - before);
      const bytes = chain(runFrom(files, place, run, number), partsOf(files, place, manifest.slice(index + 1)));
      return { bytes, skip: offset - before - first };
    }
    before += run.rows;
  }
  return { bytes: chain(), skip: 0 };
}

async function* runFrom(files: Reader, place: DatasetPlace, run: Run, from: number): AsyncGenerator<Uint8Array> {
  for (let number = from; number < run.parts; number += 1) {
    yield* linesOfPart(files, { ...place, token: run.token, number });
  }
}

/** All parts that count, in order, each with the rows that its header says. */
export async function* eachPart(files: Reader, place: DatasetPlace, manifest: Manifest): AsyncGenerator<AdoptedPart> {
  for (const run of manifest) {
    for (let number = 0; number < run.parts; number += 1) {
      const part = { ...place, token: run.token, number };
      yield { part, ...(await readHeader(files, partName(part))) };
    }
  }
}

/** The lines of one part. */
export const linesOfPart = (files: Reader, part: Part): AsyncIterable<Uint8Array> =>
  files.read(partName(part), { start: PART_HEADER_BYTES });

/** The last part that begins at `row` or before it. */
async function findPart(files: Reader, place: DatasetPlace, run: Run, row: number) {
  let found = { number: 0, first: 0 };
  let [low, high] = [1, run.parts - 1];
  while (low <= high) {
    const number = (low + high) >>> 1;
    const header = await readHeader(files, partName({ ...place, token: run.token, number }));
    const first = header.first - (run.first ?? 0);
    if (first <= row) {
      found = { number, first };
      low = number + 1;
    } else {
      high = number - 1;
    }
  }
  return found;
}

async function readHeader(files: Reader, name: string) {
  const pieces: Uint8Array[] = [];
  for await (const piece of files.read(name, { end: PART_HEADER_BYTES })) pieces.push(piece);
  return Header.parse(JSON.parse(Buffer.concat(pieces).toString("utf8")));
}

async function* chain(...parts: readonly AsyncIterable<Uint8Array>[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield* part;
}
