import { handle } from "@/lib/api/handle";
import { polledReply } from "@/lib/api/job-reply";
import { refuseAllBut } from "@/lib/api/refuse";
import { deleteJob, readJob } from "@/lib/contracts/jobs";

/** Reads one of the caller's own jobs; somebody else's is simply not found. */
export const GET = handle(readJob, async ({ app, owner, params, request }) =>
  polledReply(app, await app.queue.watch(params.id, owner), request),
);

/** Deletes a finished job with all that it has written. */
export const DELETE = handle(deleteJob, async ({ app, owner, params }) => {
  await app.queue.remove(params.id, owner);
  return { deleted: true as const };
});

export const { POST, PUT, PATCH } = refuseAllBut("GET", "DELETE");
