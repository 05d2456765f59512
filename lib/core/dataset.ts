import type { Manifest } from "@/lib/core/checkpoint";

/** One part of a dataset: the rows that one worker wrote between two commits. */
export interface Part {
  readonly jobId: string;
  readonly dataset: string;
  readonly token: string;
  readonly number: number;
}

/** The lines that a job logs are rows of this dataset. */
export const LOG_DATASET = "log";

/** The folder that holds everything a job has written. */
export const jobFolder = (jobId: string): string => `jobs/${jobId}/`;

/**
 * The file that holds a part. The token is in the name, so that a worker that
 * lost its lease without knowing can never overwrite a part that counts.
 */
export const partName = ({ jobId, dataset, token, number }: Part): string =>
  `${jobFolder(jobId)}${dataset}/${token}-${number}.ndjson`;

/** Where a result goes that is too large for the record. */
export const resultName = (jobId: string, token: string): string => `${jobFolder(jobId)}result/${token}.json`;

type Run = Manifest[number];

/**
 * What this worker has at the end of a dataset: the number of its next part, and of the next row within that run. Behind
 * parts that it has adopted it begins another run.
 */
export function ownRun(manifest: Manifest | undefined, token: string): Run {
  const last = manifest?.at(-1);
  const isOwn = last?.token === token || last?.token.startsWith(`${token}.`);
  return last && isOwn && last.first === undefined ? last : newRun(manifest, token);
}

/** The run for parts of another job that were written one after the other, the first of which begins at row `first`. */
export const adoptingRun = (manifest: Manifest | undefined, token: string, first: number): Run => ({
  ...newRun(manifest, token),
  first,
});

/** A run behind all that count. Its name is no other's, for manifests only grow. */
function newRun(manifest: Manifest | undefined, token: string): Run {
  const isTaken = manifest?.some((run) => run.token === token);
  return { token: isTaken ? `${token}.${manifest?.length}` : token, parts: 0, rows: 0 };
}

/** Counts one more part of a run, which is the last one or new. */
export const addTo = (manifest: Manifest | undefined, run: Run, rows: number): Manifest => [
  ...(manifest ?? []).filter(({ token }) => token !== run.token),
  { ...run, parts: run.parts + 1, rows: run.rows + rows },
];

/** A part of another job's dataset that is to stand in this one as it stands there. */
export interface AdoptedPart {
  readonly part: Part;
  /** Which rows it holds, as its header says. */
  readonly first: number;
  readonly rows: number;
}

/**
 * The first line of every part: which rows it holds, counted within its worker's own.
 * Of fixed length, so that a page of rows is found by reading a few of them.
 */
export const PART_HEADER_BYTES = 48;
export const partHeader = (first: number, rows: number): string =>
  `${JSON.stringify({ first, rows }).padEnd(PART_HEADER_BYTES - 1)}\n`;
