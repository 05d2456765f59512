"use client";

import { useRef } from "react";
import { useSWRConfig } from "swr";
import useSWRMutation from "swr/mutation";
import { controlJob, deleteJob, type JobView, retryJob } from "@/lib/contracts/jobs";
import { type ApiProblem, fetchJson, postJson } from "@/lib/hooks/fetch-json";
import { jobUrl } from "@/lib/hooks/use-job";

export type JobVerb = "cancel" | "pause" | "resume" | "retry" | "restart" | "delete";

async function send(url: string, { arg: verb }: { arg: JobVerb }): Promise<JobView | undefined> {
  switch (verb) {
    case "retry":
      return postJson(`${url}/retry`, retryJob.reply, { from: "checkpoint" });
    case "restart":
      return postJson(`${url}/retry`, retryJob.reply, { from: "start" });
    case "delete":
      await fetchJson(url, deleteJob.reply, { method: "DELETE" });
      return undefined;
    default:
      return fetchJson(`${url}/${verb}`, controlJob.reply, { method: "POST" });
  }
}

/** The owner's verbs on one job. While one is under way the others wait: a second press sends nothing. */
export function useJobControl(id: string, { onDeleted }: { onDeleted: () => void }) {
  const { mutate } = useSWRConfig();
  const url = jobUrl(id);
  const pending = useRef<JobVerb | null>(null);
  const { trigger, isMutating, error, reset } = useSWRMutation<JobView | undefined, ApiProblem, string, JobVerb>(
    url,
    send,
    { populateCache: false, revalidate: false, throwOnError: false },
  );

  async function control(verb: JobVerb) {
    if (pending.current) return;
    pending.current = verb;
    try {
      await trigger(verb, {
        onSuccess: (job) => {
          if (job) void mutate(url, job, { revalidate: false });
          else onDeleted();
        },
        onError: () => void mutate(url), // refused: what is shown was no longer so
      });
    } finally {
      pending.current = null;
    }
  }

  return { control, pending: isMutating ? pending.current : null, problem: error, dismiss: reset };
}
