import { handle } from "@/lib/api/handle";
import { viewOf } from "@/lib/api/job-reply";
import { refuseAllBut } from "@/lib/api/refuse";
import { controlJob } from "@/lib/contracts/jobs";

/** Lets a paused job go on where it was. */
export const POST = handle(controlJob, async ({ app, owner, params }) =>
  viewOf(app, await app.queue.control(params.id, owner, "resume")),
);

export const { GET, PUT, PATCH, DELETE } = refuseAllBut("POST");
