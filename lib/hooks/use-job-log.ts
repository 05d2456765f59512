"use client";

import type { z } from "zod";
import { readLog } from "@/lib/contracts/jobs";
import { fetchJson } from "@/lib/hooks/fetch-json";
import { jobUrl } from "@/lib/hooks/use-job";
import { usePolled } from "@/lib/hooks/use-polled";

type Log = z.infer<typeof readLog.reply>;

const LIVE_POLL_MS = 3_000;

const read = (url: string) => fetchJson(url, readLog.reply);
const whileLive = (_log: Log) => LIVE_POLL_MS;
const never = (_log: Log) => 0;

/** The latest log lines of a job. Its end has an address of its own, so that the last lines are read once more. */
export function useJobLog(id: string, { isOpen, isLive }: { readonly isOpen: boolean; readonly isLive: boolean }) {
  const url = isOpen ? `${jobUrl(id)}/log${isLive ? "" : "?end"}` : null;
  const { data: log, error: problem } = usePolled(url, read, isLive ? whileLive : never);
  return { log, problem };
}
