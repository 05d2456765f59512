"use client";

import { useEffect, useState } from "react";
import useSWR from "swr";
import type { ApiProblem } from "@/lib/hooks/fetch-json";
import { RETRY_READ } from "@/lib/hooks/retry-read";

/**
 * Reads `url` as often as its latest data ask for (`pollAfterMs`; 0 ends it), not at all in a hidden tab.
 * The interval is kept as a number: as a function it would restart SWR's timer at every render,
 * and a page that ticks each second would never poll.
 */
export function usePolled<Data>(
  url: string | null,
  read: (url: string) => Promise<Data>,
  pollAfterMs: (data: Data) => number,
) {
  const [intervalMs, setIntervalMs] = useState(0);
  const answer = useSWR<Data, ApiProblem>(url, read, {
    ...RETRY_READ,
    refreshInterval: intervalMs,
    dedupingInterval: 250, // SWR's two seconds would swallow every second poll
    keepPreviousData: false,
  });
  const wantedMs = answer.data === undefined ? 0 : pollAfterMs(answer.data);
  useEffect(() => setIntervalMs(wantedMs), [wantedMs]);
  return answer;
}
