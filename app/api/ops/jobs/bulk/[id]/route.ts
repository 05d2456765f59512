import { handleOperator } from "@/lib/api/handle";
import { viewOf } from "@/lib/api/job-reply";
import { refuseAllBut } from "@/lib/api/refuse";
import { readBulk } from "@/lib/contracts/bulk";
import { OPERATOR } from "@/lib/core/owner";

/** How far one of the operator's orders is, and how it ended. */
export const GET = handleOperator(readBulk, null, async ({ app, params }) => {
  const { job } = await app.queue.read(params.id, OPERATOR);
  const result = job.state === "completed" && "value" in job.output ? job.output.value : null;
  return { job: viewOf(app, job), result };
});

export const { POST, PUT, PATCH, DELETE } = refuseAllBut("GET");
