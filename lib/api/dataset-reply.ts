import { z } from "zod";
import { download } from "@/lib/api/download";
import type { ViewedDefinition } from "@/lib/api/job-view";
import { LogLine, type readDataset, type readLog } from "@/lib/contracts/jobs";
import { type Manifest, rowsOf } from "@/lib/core/checkpoint";
import { LOG_DATASET } from "@/lib/core/dataset";
import type { Job } from "@/lib/core/job";
import { AppError } from "@/lib/errors";
import type { Json } from "@/lib/json";

/** Reads the rows that count. */
export interface DatasetReader {
  page(
    jobId: string,
    dataset: string,
    manifest: Manifest,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<readonly Json[]>;
  exportNdjson(jobId: string, dataset: string, manifest: Manifest): AsyncIterable<Uint8Array>;
  exportCsv(jobId: string, dataset: string, manifest: Manifest, columns: readonly string[]): AsyncIterable<Uint8Array>;
}

type DatasetRequest = z.output<NonNullable<(typeof readDataset)["query"]>> & { readonly name: string };

/** One page of a dataset as JSON, or all of it as a file. Only what the job shows to its owner is there. */
export async function datasetReply(
  datasets: DatasetReader,
  job: Job,
  definition: ViewedDefinition | undefined,
  { name, format, offset, limit }: DatasetRequest,
): Promise<z.input<(typeof readDataset)["reply"]> | Response> {
  const specs = definition?.datasets ?? {};
  const schema = Object.hasOwn(specs, name) ? specs[name] : undefined;
  if (!schema) throw new AppError("not_found", `The job has no dataset "${name}".`);
  const manifest = job.checkpoint.datasets[name] ?? [];
  const fileName = `${job.id}-${name}.${format}`;
  switch (format) {
    case "ndjson": {
      const bytes = datasets.exportNdjson(job.id, name, manifest);
      return download({ name: fileName, type: "application/x-ndjson; charset=utf-8", bytes });
    }
    case "csv": {
      const bytes = datasets.exportCsv(job.id, name, manifest, columnsOf(schema));
      return download({ name: fileName, type: "text/csv; charset=utf-8; header=present", bytes });
    }
    default: {
      const rows = await datasets.page(job.id, name, manifest, { offset, limit });
      return { rows: [...rows], offset, total: rowsOf(manifest) };
    }
  }
}

/** Fields in the order in which the schema of a row declares them. */
const columnsOf = (schema: z.ZodType): string[] =>
  Object.keys(z.toJSONSchema(schema, { unrepresentable: "any" }).properties ?? {});

const LATEST_LINES = 500;

/** The latest lines that a job has logged, the oldest of them first. */
export async function logReply(datasets: DatasetReader, job: Job): Promise<z.input<(typeof readLog)["reply"]>> {
  const manifest = job.checkpoint.datasets[LOG_DATASET] ?? [];
  const total = rowsOf(manifest);
  const offset = Math.max(0, total - LATEST_LINES);
  const lines = await datasets.page(job.id, LOG_DATASET, manifest, { offset, limit: LATEST_LINES });
  return { lines: lines.map((line) => LogLine.parse(line)), total };
}
