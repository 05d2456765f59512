import type { JobDefinition } from "@/lib/core/definition";
import { type FinishedJob, isFinished, type Job } from "@/lib/core/job";
import type { JobEvent } from "@/lib/core/job-event";
import type { JobStore } from "@/lib/core/job-store";
import type { Log } from "@/lib/log";

export type Announced = Omit<JobDefinition<never>, "start">;

/** An end that its owner should hear of. `job` is as it is now: it may have been retried since. */
export interface JobEnd {
  readonly event: JobEvent;
  readonly job: Job;
  /** Null: a deploy has taken it away since the job was made. */
  readonly definition: Announced | null;
}

/** Told at least once of each end, so it must bear a repetition. */
export type Listener = (ends: readonly JobEnd[]) => Promise<void>;

interface ListenersDeps {
  readonly store: Pick<JobStore, "getMany">;
  readonly definitions: ReadonlyMap<string, Announced>;
  readonly listeners: readonly Listener[];
  /** Ends the time of jobs that are too many beside one that has ended. */
  readonly prune: (job: FinishedJob) => Promise<unknown>;
  /** Hears of every end, whoever may know of it, before the others. */
  readonly cancelChildren: (ended: readonly Omit<JobEnd, "definition">[]) => Promise<void>;
  readonly log: Pick<Log, "info">;
}

/** What the application does when jobs have ended. None of the listeners keeps the others from hearing it. */
export function createListeners({ store, definitions, listeners, cancelChildren, prune, log }: ListenersDeps) {
  return async function tell(events: readonly JobEvent[]): Promise<void> {
    const found = await store.getMany(events.map(({ jobId }) => jobId));
    const ended = events.flatMap((event, i) => {
      const job = found[i]?.job; // if not, it was deleted by its owner before anybody heard of its end
      return job ? [{ event, job }] : [];
    });
    await cancelChildren(ended);
    const ends = ended.flatMap((end): JobEnd[] => {
      const definition = definitions.get(end.job.name) ?? null;
      const isAnnounced = definition?.isAnnounced ?? true; // whoever still waits for such a job should hear that it will not come
      return isAnnounced && end.job.parent === null ? [{ ...end, definition }] : []; // of children their parent tells
    });
    if (ends.length > 0) await tellEach(listeners, ends);
    const finished = ended.flatMap(({ job }) => (isFinished(job) ? job : []));
    const kinds = new Map(finished.map((job) => [JSON.stringify([job.owner, job.name, job.state]), job]));
    for (const job of kinds.values()) await prune(job);
    for (const { event, job } of ended) {
      const { name, queue, attempt, slices, createdAt, percent } = job;
      const fields = { jobId: job.id, name, queue, attempt, slices, percent, tookMs: event.at - createdAt };
      // Its code alone: the message was written for its owner, and may quote him.
      log.info(`job_${event.state}`, job.state === "failed" ? { ...fields, code: job.error.code } : fields);
    }
  };
}

async function tellEach(listeners: readonly Listener[], ends: readonly JobEnd[]): Promise<void> {
  const heard = await Promise.allSettled(listeners.map((listener) => listener(ends)));
  const failures = heard.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  if (failures.length > 1) throw new AggregateError(failures, "Several listeners failed.");
  if (failures.length === 1) throw failures[0];
}
