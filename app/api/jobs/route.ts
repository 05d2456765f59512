import { handle } from "@/lib/api/handle";
import { idempotencyKeyOf } from "@/lib/api/idempotency-key";
import { submittedReply, viewOf } from "@/lib/api/job-reply";
import { refuseAllBut } from "@/lib/api/refuse";
import { listJobs, submitJob } from "@/lib/contracts/jobs";

/** Submits a job: 202, or 200 with the one that the same request has made before. */
export const POST = handle(submitJob, async ({ app, owner, body, request }) => {
  const idempotencyKey = idempotencyKeyOf(request);
  const { job, isNew } = await app.queue.submit({ ...body, owner, idempotencyKey, fromApi: true });
  return submittedReply(viewOf(app, job), isNew);
});

/** Lists the caller's own jobs, newest first. */
export const GET = handle(listJobs, async ({ app, owner, query }) => {
  const { jobs, cursor } = await app.queue.list(owner, { ...query, cursor: query.cursor ?? null });
  return { jobs: jobs.map((job) => viewOf(app, job)), cursor };
});

export const { PUT, PATCH, DELETE } = refuseAllBut("GET", "POST");
