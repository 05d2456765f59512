"use client";

import useSWR from "swr";
import { z } from "zod";
import { readDataset } from "@/lib/contracts/jobs";
import { type ApiProblem, fetchJson } from "@/lib/hooks/fetch-json";
import { RETRY_READ } from "@/lib/hooks/retry-read";
import { jobUrl } from "@/lib/hooks/use-job";

/** Where a whole dataset can be downloaded. */
export const datasetUrl = (jobId: string, name: string, format: "csv" | "ndjson") =>
  `${jobUrl(jobId)}/datasets/${encodeURIComponent(name)}?format=${format}`;

/** One page of a finished job's dataset, each row parsed by `row`; the page before stays while the next one loads. */
export function useDatasetPage<Row extends z.ZodType>(
  { jobId, name, row }: { readonly jobId: string; readonly name: string; readonly row: Row },
  { offset, limit }: { readonly offset: number; readonly limit: number },
) {
  const url = `${jobUrl(jobId)}/datasets/${encodeURIComponent(name)}?offset=${offset}&limit=${limit}`;
  const reply = readDataset.reply.extend({ rows: z.array(row) });
  const { data, error, isLoading } = useSWR<z.infer<typeof reply>, ApiProblem>(
    url,
    (address: string) => fetchJson(address, reply),
    { ...RETRY_READ, keepPreviousData: true, revalidateOnFocus: false, revalidateIfStale: false },
  );
  return { rows: data?.rows, total: data?.total, problem: error, isLoading };
}
