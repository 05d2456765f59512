import type { JobEvent } from "@/lib/core/job-event";
import type { JobStore } from "@/lib/core/job-store";
import type { Log } from "@/lib/log";

/** What the application does when a job has ended. Told at least once, so each listener must bear a repetition. */
export function createListeners({ store, log }: { readonly store: Pick<JobStore, "get">; readonly log: Log }) {
  return async function tell({ jobId, state, at }: JobEvent): Promise<void> {
    const found = await store.get(jobId);
    if (!found) return; // deleted by its owner before anybody heard of its end
    const { name, queue, attempt, slices, createdAt, percent } = found.job;
    log.info(`job_${state}`, { jobId, name, queue, attempt, slices, percent, tookMs: at - createdAt });
  };
}
