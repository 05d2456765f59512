import { openAsBlob } from "node:fs";
import path from "node:path";
import type { JobView } from "@/lib/contracts/jobs";
import { ImportSummary } from "@/lib/contracts/transactions-import";
import type { ApiClient } from "@/scripts/api-client";
import { type FollowOptions, followJob } from "@/scripts/follow-job";

export interface Imported {
  readonly job: JobView;
  readonly summary: ImportSummary;
  /** How long the upload took, and the job from being submitted until it was completed. */
  readonly uploadMs: number;
  readonly importMs: number;
}

export interface ImportOptions extends FollowOptions {
  readonly account?: string | undefined;
  readonly partitions?: number | undefined;
  readonly onUpload?: (bytes: number, total: number) => void;
}

/** Uploads a statement and imports it through the public API. @throws Error with the job's own if it does not complete. */
export async function importFile(client: ApiClient, file: string, options: ImportOptions = {}): Promise<Imported> {
  const { onUpload = () => {}, account = "Sample account", partitions, ...follow } = options;
  const blob = await openAsBlob(file);
  const begun = performance.now();
  const { fileId } = await client.upload(path.basename(file), blob, (bytes) => onUpload(bytes, blob.size));
  const uploaded = performance.now();
  const { id } = await client.submit("transactions.import", { fileId, account, partitions });
  const job = await followJob(client, id, follow);
  if (job.state !== "completed") {
    throw new Error(`The import ended ${job.state}${job.error ? `: ${job.error.message} (${job.error.code})` : ""}.`);
  }
  const importMs = (job.finishedAt ?? 0) - job.createdAt;
  return { job, summary: await client.result(id, ImportSummary), uploadMs: uploaded - begun, importMs };
}
