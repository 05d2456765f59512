"use client";

import { useEffect, useState } from "react";
import { useSWRConfig } from "swr";
import useSWRInfinite from "swr/infinite";
import type { z } from "zod";
import { listJobs } from "@/lib/contracts/jobs";
import type { JobState } from "@/lib/core/job";
import { type ApiProblem, fetchJson } from "@/lib/hooks/fetch-json";
import { RETRY_READ } from "@/lib/hooks/retry-read";
import { useIsOnline } from "@/lib/hooks/use-is-online";
import { jobUrl } from "@/lib/hooks/use-job";

type Page = z.infer<typeof listJobs.reply>;

const PAGE_SIZE = 20;
/** A list is looked over, not watched: never as often as one job. */
const SHORTEST_POLL_MS = 2_000;

const read = (url: string) => fetchJson(url, listJobs.reply);

/** The caller's jobs, newest first, page by page; refreshed while one of those shown is unfinished. */
export function useJobs({ state }: { state: JobState | null }) {
  const { mutate } = useSWRConfig();
  const [intervalMs, setIntervalMs] = useState(0);
  const address = (index: number, previous: Page | null) => {
    if (previous && previous.cursor === null) return null;
    const query = new URLSearchParams({ limit: String(PAGE_SIZE) });
    if (state) query.set("state", state);
    if (index > 0 && previous?.cursor) query.set("cursor", previous.cursor);
    return `/api/jobs?${query}`;
  };
  const { data, error, size, setSize, isValidating } = useSWRInfinite<Page, ApiProblem>(address, read, {
    ...RETRY_READ,
    refreshInterval: intervalMs,
    revalidateAll: true, // a job on the second page moves on, too
    dedupingInterval: 250,
    // opening one of them shows at once what the list knew
    onSuccess: (pages) => {
      for (const job of pages.flatMap((page) => page.jobs)) void mutate(jobUrl(job.id), job, { revalidate: false });
    },
  });
  const isOnline = useIsOnline();
  const jobs = data?.flatMap((page) => page.jobs);
  const wantedMs = jobs?.some((job) => job.pollAfterMs > 0)
    ? Math.max(SHORTEST_POLL_MS, Math.min(...jobs.map((job) => job.pollAfterMs || Number.POSITIVE_INFINITY)))
    : 0;
  useEffect(() => setIntervalMs(wantedMs), [wantedMs]);

  return {
    jobs,
    problem: error,
    isCutOff: error !== undefined || !isOnline,
    hasMore: data?.at(-1)?.cursor != null,
    isLoadingMore: isValidating && data !== undefined && size > data.length,
    loadMore: () => void setSize(size + 1),
  };
}
