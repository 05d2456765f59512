"use client";

import { type JobView, readJob } from "@/lib/contracts/jobs";
import { fetchJson } from "@/lib/hooks/fetch-json";
import { useIsOnline } from "@/lib/hooks/use-is-online";
import { usePolled } from "@/lib/hooks/use-polled";

export const jobUrl = (id: string) => `/api/jobs/${encodeURIComponent(id)}`;

const read = (url: string) => fetchJson(url, readJob.reply);
const pollAfterMs = (job: JobView) => job.pollAfterMs;

/**
 * Follows one job, as often as the server asks for, until it is over. Pass `null` to follow none.
 * A read that fails leaves the last job in place and says so by `problem`; `isCutOff` holds without a network, too.
 */
export function useJob(id: string | null) {
  const { data: job, error: problem, mutate } = usePolled(id && jobUrl(id), read, pollAfterMs);
  const isOnline = useIsOnline();
  return { job, problem, isCutOff: problem !== undefined || !isOnline, refresh: () => mutate() };
}
