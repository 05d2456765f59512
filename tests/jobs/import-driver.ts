import type { ImportSummary, Rejected, Transaction } from "@/lib/contracts/transactions-import";
import { type Checkpoint, EMPTY_CHECKPOINT } from "@/lib/core/checkpoint";
import { areAdopted, areWritten, type Step } from "@/lib/core/stage";
import type { Services } from "@/lib/jobs/define-job";
import { inlineReaders } from "@/lib/jobs/piece-readers";
import { importTransactions } from "@/lib/jobs/transactions-import";
import type { Json } from "@/lib/json";
import { noChildren } from "@/tests/support/no-children";

const SUBMITTED_AT = Date.UTC(2026, 0, 1);
const PIECE_BYTES = 50_000;

type Rows = Readonly<Record<string, readonly Json[]>>;

/** What an import has committed: its checkpoint and its rows. */
export interface Committed {
  readonly checkpoint: Checkpoint;
  readonly rows: Rows;
}

export interface ImportRun extends Committed {
  readonly output: ImportSummary | null;
  readonly transactions: readonly Transaction[];
  readonly rejected: readonly Rejected[];
}

interface RunOptions {
  readonly file: string | Uint8Array;
  readonly input?: Readonly<Record<string, Json>>;
  /** The account's completed imports. */
  readonly earlier?: readonly ImportRun[];
  readonly from?: Committed;
  /** Asked after each safe point, with its number in this slice: stop here? */
  readonly stopAt?: (step: number) => boolean;
  /** Asked likewise: commit here? An uncommitted step is lost when the slice stops. */
  readonly commitAt?: (step: number) => boolean;
}

/** Runs one slice of an import, committing as the worker would. */
export async function runSlice({
  file,
  input = {},
  earlier = [],
  from = { checkpoint: EMPTY_CHECKPOINT, rows: {} },
  stopAt = () => false,
  commitAt = () => true,
}: RunOptions): Promise<ImportRun> {
  let committed = from;
  let pending: Step[] = [];
  const commit = () => {
    for (const step of pending) committed = apply(committed, step);
    pending = [];
  };
  const steps = importTransactions.start({
    jobId: "job_test",
    createdAt: SUBMITTED_AT,
    input: { fileId: "file_1", account: "main", ...input },
    checkpoint: from.checkpoint,
    woken: null,
    retries: 0,
    children: noChildren,
    committed: (dataset) => streamOf(committed.rows[dataset] ?? []),
    services: servicesFor(typeof file === "string" ? new TextEncoder().encode(file) : file, earlier),
    log: { info() {}, warn() {} },
    signal: new AbortController().signal,
  });
  for (let number = 0; ; number += 1) {
    const { done, value } = await steps.next();
    if (done) {
      commit();
      return runOf(committed, importTransactions.output.parse(value) as ImportSummary);
    }
    pending.push(JSON.parse(JSON.stringify({ ...value, emitted: value.emitted.map(readBack) })));
    if (value.record.state === "done" || commitAt(number)) commit();
    if (stopAt(number)) {
      await steps.return(undefined);
      return runOf(committed, null);
    }
  }
}

/** Runs an import to its end, in one slice. */
export async function runImport(
  file: string | Uint8Array,
  input: Readonly<Record<string, Json>> = {},
  earlier: readonly ImportRun[] = [],
): Promise<ImportRun & { readonly output: ImportSummary }> {
  const run = await runSlice({ file, input, earlier });
  if (run.output === null) throw new Error("The import did not come to its end.");
  return { ...run, output: run.output };
}

function apply({ checkpoint, rows }: Committed, { stage, record, emitted }: Step): Committed {
  const added: Record<string, readonly Json[]> = { ...rows };
  for (const batch of emitted) added[batch.dataset] = [...(added[batch.dataset] ?? []), ...readBack(batch).rows];
  return { checkpoint: { ...checkpoint, stages: { ...checkpoint.stages, [stage]: record } }, rows: added };
}

/** Rows that were written beforehand, as who reads the dataset finds them. */
function readBack({ dataset, rows }: Step["emitted"][number]) {
  if (areAdopted(rows)) throw new Error("An import in one part adopts none.");
  return { dataset, rows: areWritten(rows) ? linesOf(rows.lines).map((line): Json => JSON.parse(line)) : rows };
}
const linesOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes).split("\n").slice(0, -1);

const runOf = (committed: Committed, output: ImportSummary | null): ImportRun => ({
  ...committed,
  output,
  transactions: (committed.rows.transactions ?? []) as Transaction[], // the job's own schema types its rows
  rejected: (committed.rows.rejected ?? []) as Rejected[],
});

/** What an import of this file finds, whose account has been imported into before. */
export function servicesFor(bytes: Uint8Array, earlier: readonly ImportRun[] = []): Services {
  const ids = earlier.map((_, index) => `job_earlier${index}`);
  return {
    files: {
      stat: async () => ({ name: "statement.csv", size: bytes.length }),
      async *read(_fileId, { start = 0, end = bytes.length } = {}) {
        for (let at = start; at < end; at += PIECE_BYTES) yield bytes.subarray(at, Math.min(end, at + PIECE_BYTES));
      },
    },
    jobs: { completed: async () => ids },
    children: { cancelSome: async () => null },
    webhooks: { deliver: () => Promise.reject(new Error("An import delivers nothing.")) },
    pieces: { ...inlineReaders, ahead: 3 }, // as with threads: read before the pieces in front are put in their place
    bulk: { next: async () => ({ jobs: [], cursor: null }), act: async () => ({ kind: "done" }) },
    datasets: {
      rows: (jobId, dataset) => streamOf(earlier[ids.indexOf(jobId)]?.rows[dataset] ?? []),
      parts: () => streamOf([]),
      linesOf: () => streamOf([]),
    },
  };
}

async function* streamOf<Row>(rows: readonly Row[]): AsyncGenerator<Row, void, void> {
  yield* rows;
}
