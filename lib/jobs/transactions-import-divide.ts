import { createBreakCounter, likelyBeginning, WINDOW_BYTES } from "@/lib/analysis/statement/divide";
import type { StatementLayout } from "@/lib/analysis/statement/inspect";
import type { Position, ReadBytes } from "@/lib/analysis/statement/read-stretches";
import type { SafePoint } from "@/lib/core/stage";
import type { DivideCursor } from "@/lib/jobs/transactions-import-cursor";

/** So much is counted between two safe points. */
const STEP_BYTES = 16 * 1024 * 1024;
/** So much in one place, where several are counted at once: whole characters, of two bytes too. */
const STRETCH_BYTES = 4 * 1024 * 1024;

interface Share {
  readonly read: ReadBytes;
  readonly layout: StatementLayout;
  /** How many the whole file has. */
  readonly bytes: number;
  /** How many parts there should be. A small file may have fewer. */
  readonly count: number;
}

/**
 * Finds where the second part and those behind it are to begin. Only a little of the file is looked at for that, so
 * they may be wrong; the lines before them are counted, which no later reader could make good.
 */
export async function* findPlaces(
  share: Share,
  from: DivideCursor | undefined,
): AsyncGenerator<SafePoint<DivideCursor>, readonly Position[], void> {
  const { layout } = share;
  let { position, places } = from ?? { position: layout.start, places: [] };
  for (const end of await beginningsOf(share)) {
    while (position.offset < end) {
      const { offset, line } = position;
      const until = Math.min(end, offset + STEP_BYTES);
      position = { offset: until, line: line + (await countBreaks(share, offset, until)), isSkipping: false };
      if (until === end) places = [...places, position];
      yield { cursor: { position, places }, done: until };
    }
  }
  return places;
}

/** Counts in several places at the same time: while one is counted, the others are being read. */
async function countBreaks({ read, layout }: Share, start: number, end: number): Promise<number> {
  const starts = Array.from({ length: Math.ceil((end - start) / STRETCH_BYTES) }, (_, n) => start + n * STRETCH_BYTES);
  const counts = await Promise.all(
    starts.map(async (from) => {
      const breaks = createBreakCounter(layout.format);
      for await (const bytes of read({ start: from, end: Math.min(end, from + STRETCH_BYTES) })) breaks.add(bytes);
      return breaks.count();
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Offsets behind line breaks, one behind each share of the file but the last; the same ones whenever it is asked. */
async function beginningsOf({ read, layout, bytes, count }: Share): Promise<readonly number[]> {
  const { offset } = layout.start;
  const found: number[] = [];
  for (let n = 1; n < count; n += 1) {
    const start = offset + 2 * Math.floor(((bytes - offset) * n) / count / 2); // of two bytes a character, the first
    const length = likelyBeginning(await bytesFrom(read, start, Math.min(bytes, start + WINDOW_BYTES)), layout);
    if (length !== null && start + length < bytes && start + length > (found.at(-1) ?? offset))
      found.push(start + length);
  }
  return found;
}

async function bytesFrom(read: ReadBytes, start: number, end: number): Promise<Uint8Array> {
  const pieces = await Array.fromAsync(read({ start, end }));
  return Buffer.concat(pieces);
}
