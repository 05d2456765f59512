import { walkedReply } from "@/lib/api/failure-reply";
import { handle } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { parseWalkCursor } from "@/lib/api/walk-cursor";
import { listFailedJobs } from "@/lib/contracts/failures";

/** The caller's own jobs that failed alike, newest first. */
export const GET = handle(listFailedJobs, async ({ app, owner, params, query }) => {
  const page = { limit: query.limit, cursor: parseWalkCursor(query.cursor) };
  return walkedReply(app, await app.queue.failures.jobs(owner, params.fingerprint, page));
});

export const { POST, PUT, PATCH, DELETE } = refuseAllBut("GET");
