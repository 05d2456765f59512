import { setImmediate } from "node:timers/promises";
import { createSeenRows, type SeenRows } from "@/lib/analysis/statement/seen-rows";
import { FatalError } from "@/lib/errors";
import type { Services } from "@/lib/jobs/define-job";
import { PackedWords, unpackWords } from "@/lib/jobs/packed-words";
import type { Json } from "@/lib/json";

/** So many batches are unpacked in one turn of the event loop. */
const BATCHES_PER_TURN = 8;
/** Enough of an id to know it by. */
const ID_LENGTH = 10;

interface Comparison {
  readonly services: Pick<Services, "jobs" | "datasets">;
  readonly name: string;
  readonly account: string;
  /** What this import has judged before it was interrupted. */
  readonly own: AsyncIterable<PackedWords>;
  /** The imports that those rows were compared with; null before the first row. */
  readonly comparedWith: readonly string[] | null;
  readonly expectedRows: number;
}

/**
 * Loads what the account's completed imports hold, and what this one has judged so far.
 *
 * @throws FatalError `import_overlapped` if an import was completed since this one's first row: its rows so far were
 * not compared with that one's, and can no longer be.
 */
export async function loadSeenRows({ services, name, account, own, comparedWith, expectedRows }: Comparison) {
  const ids = await services.jobs.completed(name, account);
  const names = ids.map((id) => id.slice(-ID_LENGTH));
  if (comparedWith && names.some((id) => !comparedWith.includes(id))) {
    const message = "Another import of this account was completed while this one stood still. Retry it from the start.";
    throw new FatalError("import_overlapped", message);
  }
  const seen = createSeenRows({ expected: expectedRows });
  await unpackEach(own, seen.restore);
  for (const id of ids) await unpackEach(parsed(services.datasets.rows(id, "identities")), seen.compareWith);
  return { seen, comparedWith: names };
}

export async function unpackEach(rows: AsyncIterable<PackedWords>, take: SeenRows["restore"]): Promise<void> {
  let batches = 0;
  for await (const row of rows) {
    take(unpackWords(row));
    batches += 1;
    if (batches % BATCHES_PER_TURN === 0) await setImmediate();
  }
}

async function* parsed(rows: AsyncIterable<Json>): AsyncGenerator<PackedWords, void, void> {
  for await (const row of rows) yield PackedWords.parse(row);
}
