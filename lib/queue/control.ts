import type { Job, JobId } from "@/lib/core/job";
import type { JobStore, Verb } from "@/lib/core/job-store";
import { AppError } from "@/lib/errors";
import type { Publish } from "@/lib/queue/publish";
import { jobNotFound } from "@/lib/queue/read";

interface ControlDeps {
  readonly store: Pick<JobStore, "control">;
  readonly publish: Publish;
  readonly clock: () => number;
}

/** Cancels, pauses, resumes or retries one of the owner's jobs. @throws AppError `not_found`, `not_possible` */
export function createControl({ store, publish, clock }: ControlDeps) {
  return async function control(id: JobId, owner: string, verb: Verb): Promise<Job> {
    const answer = await store.control(id, owner, verb, clock());
    if (!answer) throw jobNotFound();
    if (answer.kind === "refused") throw notPossible(answer.job, verb);
    await publish(answer.kicks);
    return answer.job;
  };
}

const PARTICIPLE: Readonly<Record<Verb, string>> = {
  cancel: "cancelled",
  pause: "paused",
  resume: "resumed",
  retry: "retried",
  restart: "retried",
};

function notPossible({ state }: Job, verb: Verb): AppError {
  const isRetry = verb === "retry" || verb === "restart";
  const title =
    isRetry && (state === "failed" || state === "cancelled")
      ? `The job is ${state}, and another unfinished job does the same work already.`
      : `The job is ${state}, so it cannot be ${PARTICIPLE[verb]}.`;
  return new AppError("not_possible", title, { details: { state } });
}
