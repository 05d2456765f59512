import { logReply } from "@/lib/api/dataset-reply";
import { handle } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { readLog } from "@/lib/contracts/jobs";

/** The latest lines that a job has logged. */
export const GET = handle(readLog, async ({ app, owner, params }) => {
  const { job } = await app.queue.read(params.id, owner);
  return logReply(app.datasets, job);
});

export const { POST, PUT, PATCH, DELETE } = refuseAllBut("GET");
