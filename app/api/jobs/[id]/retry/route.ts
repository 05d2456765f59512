import { handle } from "@/lib/api/handle";
import { viewOf } from "@/lib/api/job-reply";
import { refuseAllBut } from "@/lib/api/refuse";
import { retryJob } from "@/lib/contracts/jobs";

/** Gives a failed or cancelled job another chance: from its checkpoint, or from the start. */
export const POST = handle(retryJob, async ({ app, owner, params, body }) =>
  viewOf(app, await app.queue.control(params.id, owner, body.from === "start" ? "restart" : "retry")),
);

export const { GET, PUT, PATCH, DELETE } = refuseAllBut("POST");
