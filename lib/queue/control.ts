import { groupsOf } from "@/lib/core/children";
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

/** Cancels, pauses, resumes or retries one of the owner's jobs. @throws AppError `not_found`, `not_possible`, `parent_began_anew` */
export function createControl({ store, publish, clock }: ControlDeps) {
  return async function control(id: JobId, owner: string, verb: Verb): Promise<Job> {
    const now = clock();
    const answer = await store.control(id, owner, verb, now);
    if (!answer) throw jobNotFound();
    if (answer.kind !== "done") {
      throw answer.kind === "refused" ? notPossible(answer.job, verb, now) : parentBeganAnew(answer.job);
    }
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
  expire: "deleted",
};

function parentBeganAnew({ state, parent }: Job): AppError {
  const title = `The job is ${state}, and its parent has begun anew since, with other children. Nobody waits for this one.`;
  return new AppError("parent_began_anew", title, { details: { state, parentId: parent?.id } });
}

function notPossible(job: Job, verb: Verb, now: number): AppError {
  return new AppError("not_possible", reasonFor(job, verb, now), { details: { state: job.state } });
}

function reasonFor(job: Job, verb: Verb, now: number): string {
  const isRetry = verb === "retry" || verb === "restart";
  if (isRetry && (job.state === "failed" || job.state === "cancelled")) {
    if (job.expiresAt <= now) return `The job is ${job.state}, and is being deleted.`;
    if (verb === "restart" && groupsOf(job.checkpoint).length > 0) {
      return `The job is ${job.state}, and has children that have not ended yet, or another job does the same work.`;
    }
    return `The job is ${job.state}, and another unfinished job does the same work already.`;
  }
  return `The job is ${job.state}, so it cannot be ${PARTICIPLE[verb]}.`;
}
