import { walkedReply } from "@/lib/api/failure-reply";
import { handleOperator } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { parseWalkCursor } from "@/lib/api/walk-cursor";
import { listFailedJobs } from "@/lib/contracts/failures";

/** Everybody's jobs that failed alike, newest first. */
export const GET = handleOperator(listFailedJobs, null, async ({ app, params, query }) => {
  const page = { limit: query.limit, cursor: parseWalkCursor(query.cursor) };
  return walkedReply(app, await app.queue.failures.jobs(null, params.fingerprint, page));
});

export const { POST, PUT, PATCH, DELETE } = refuseAllBut("GET");
