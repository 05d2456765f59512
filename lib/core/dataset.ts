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

/** What this worker has of a dataset: the number of its next part, and of the next row within its own rows. */
export const ownRun = (manifest: Manifest | undefined, token: string) =>
  manifest?.find((run) => run.token === token) ?? { token, parts: 0, rows: 0 };

/** Counts one more part of this worker. */
export function addPart(manifest: Manifest | undefined, token: string, rows: number): Manifest {
  const own = ownRun(manifest, token);
  const others = (manifest ?? []).filter((run) => run.token !== token);
  return [...others, { token, parts: own.parts + 1, rows: own.rows + rows }];
}

/**
 * The first line of every part: which rows it holds, counted within its worker's own.
 * Of fixed length, so that a page of rows is found by reading a few of them.
 */
export const PART_HEADER_BYTES = 48;
export const partHeader = (first: number, rows: number): string =>
  `${JSON.stringify({ first, rows }).padEnd(PART_HEADER_BYTES - 1)}\n`;
