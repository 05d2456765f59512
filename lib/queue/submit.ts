import type { Job, JobId } from "@/lib/core/job";
import type { JobStore } from "@/lib/core/job-store";
import type { Submission } from "@/lib/core/submission";
import { AppError } from "@/lib/errors";
import type { FileHolds } from "@/lib/queue/file-holds";
import type { Publish } from "@/lib/queue/publish";
import { type Submittable, toNewJob } from "@/lib/queue/to-new-job";

interface SubmitDeps {
  readonly store: Pick<JobStore, "enqueue">;
  readonly definitions: ReadonlyMap<string, Submittable>;
  readonly userFiles: FileHolds;
  readonly publish: Publish;
  readonly clock: () => number;
  readonly newJobId: () => JobId;
  /** How many unfinished jobs an owner may have; as many as he likes without it. */
  readonly maxActive?: number | undefined;
}

/** A job ends any moment: worth asking again soon. */
const FULL_RETRY_S = 30;

/**
 * Adds a job, or answers the one that was there before (the same idempotency key, the same unique key).
 *
 * @throws AppError `unknown_job`, `invalid_request`, `too_large`, `file_not_found`, `idempotency_conflict`, `duplicate_job`,
 * `quota_exceeded`
 */
export function createSubmit({ store, definitions, userFiles, publish, clock, newJobId, maxActive }: SubmitDeps) {
  return async function submit(submission: Submission): Promise<{ job: Job; isNew: boolean }> {
    const now = clock();
    const id = submission.id ?? newJobId();
    const wanted = toNewJob(submission, { definition: definitions.get(submission.name), id, now });

    // Held before the job exists, or a file could be deleted between the check and the job's first look at it.
    if (wanted.files.length > 0) await userFiles.hold(wanted.owner, wanted.files, id);
    // If this throws, nobody knows whether the job was made, so its files stay held: the holds of a job
    // that was not made are dropped when the files' time is over.
    const { answers, kicks } = await store.enqueue([{ ...wanted, maxActive }], now);
    const [answer] = answers;

    // A call that was sent twice finds its own job there.
    const isNew = answer?.job?.id === id;
    if (!isNew && wanted.files.length > 0) await userFiles.release(wanted.owner, wanted.files, id);
    await publish(kicks);

    if (!answer || answer.kind === "refused") throw new Error("The store answered nothing to an enqueue.");
    if (answer.kind === "full") {
      const title = `There are ${maxActive} unfinished jobs already. Wait until one has ended, or cancel one.`;
      throw new AppError("quota_exceeded", title, { details: { limit: maxActive, retryAfterS: FULL_RETRY_S } });
    }
    if (answer.kind === "duplicate") throw duplicate(answer.job);
    if (answer.kind !== "conflict") return { job: answer.job, isNew };
    const title = "This Idempotency-Key was used for another request. Send a new key with a new request.";
    throw new AppError("idempotency_conflict", title);
  };
}

function duplicate({ id, state }: Job): AppError {
  const title = `The job ${id} does the same work and is ${state}. Wait for its end, or cancel it first.`;
  return new AppError("duplicate_job", title, { details: { jobId: id, state } });
}
