import { bulkReply } from "@/lib/api/bulk-reply";
import { handleOperator } from "@/lib/api/handle";
import { viewOf } from "@/lib/api/job-reply";
import { refuseAllBut } from "@/lib/api/refuse";
import { bulkAll, listBulk } from "@/lib/contracts/bulk";
import { OPERATOR } from "@/lib/core/owner";

/** Retries, cancels or deletes many jobs, whoever they belong to. */
export const POST = handleOperator(
  bulkAll,
  ({ body: { verb, from, filter, dryRun } }) =>
    `${dryRun ? "count" : verb}${verb === "retry" ? ` from ${from}` : ""}: jobs with ${JSON.stringify(filter)}`,
  ({ app, body, request }) => bulkReply(app, OPERATOR, body, request),
);

/** What the operator has set going, newest first. */
export const GET = handleOperator(listBulk, null, async ({ app, query }) => {
  const { jobs, cursor } = await app.queue.list(OPERATOR, { cursor: query.cursor ?? null, limit: 20 });
  return { jobs: jobs.map((job) => viewOf(app, job)), cursor };
});

export const { PUT, PATCH, DELETE } = refuseAllBut("GET", "POST");
