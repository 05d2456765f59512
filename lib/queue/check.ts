import type { JobId } from "@/lib/core/job";
import type { Submission } from "@/lib/core/submission";
import { type Submittable, toNewJob } from "@/lib/queue/to-new-job";

interface CheckDeps {
  readonly definitions: ReadonlyMap<string, Submittable>;
  readonly clock: () => number;
  readonly newJobId: () => JobId;
}

/**
 * Says whether a submission would be accepted now, without making a job. Answers the files that the job would
 * name, for the caller to hold: whether they are the owner's is not asked here.
 *
 * @throws AppError `unknown_job`, `invalid_request`, `too_large`
 */
export function createCheck({ definitions, clock, newJobId }: CheckDeps) {
  return function check(submission: Submission): readonly string[] {
    const definition = definitions.get(submission.name);
    return toNewJob(submission, { definition, id: newJobId(), now: clock() }).files;
  };
}
