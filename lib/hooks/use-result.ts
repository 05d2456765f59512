"use client";

import useSWR from "swr";
import { readResult } from "@/lib/contracts/jobs";
import { type ApiProblem, fetchJson } from "@/lib/hooks/fetch-json";
import { RETRY_READ } from "@/lib/hooks/retry-read";
import { jobUrl } from "@/lib/hooks/use-job";
import type { Json } from "@/lib/json";

const read = (url: string) => fetchJson(url, readResult.reply);

/** What a completed job has answered. */
export function useResult(jobId: string) {
  const { data, error, mutate } = useSWR<Json, ApiProblem>(`${jobUrl(jobId)}/result`, read, {
    ...RETRY_READ,
    revalidateOnFocus: false, // a result never changes
    revalidateIfStale: false,
  });
  return { result: data, problem: error, reload: () => void mutate() };
}
