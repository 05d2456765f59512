import { handle } from "@/lib/api/handle";
import { viewOf } from "@/lib/api/job-reply";
import { refuseAllBut } from "@/lib/api/refuse";
import { controlJob } from "@/lib/contracts/jobs";

/** Pauses a job: at once, or at its next commit if it is running. */
export const POST = handle(controlJob, async ({ app, owner, params }) =>
  viewOf(app, await app.queue.control(params.id, owner, "pause")),
);

export const { GET, PUT, PATCH, DELETE } = refuseAllBut("POST");
