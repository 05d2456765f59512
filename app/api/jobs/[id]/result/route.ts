import { handle } from "@/lib/api/handle";
import { outputReply } from "@/lib/api/job-reply";
import { refuseAllBut } from "@/lib/api/refuse";
import { readResult } from "@/lib/contracts/jobs";

/** The bare output of a completed job. */
export const GET = handle(readResult, async ({ app, owner, params }) =>
  outputReply(await app.queue.readOutput(params.id, owner)),
);

export const { POST, PUT, PATCH, DELETE } = refuseAllBut("GET");
