import { handleOperator } from "@/lib/api/handle";
import { viewOf } from "@/lib/api/job-reply";
import { refuseAllBut } from "@/lib/api/refuse";
import { cancelBulk } from "@/lib/contracts/bulk";
import { OPERATOR } from "@/lib/core/owner";

/** Stops one of the operator's orders; what it has done stays done. */
export const POST = handleOperator(
  cancelBulk,
  ({ params }) => `cancel: ${params.id}`,
  async ({ app, params }) => viewOf(app, await app.queue.control(params.id, OPERATOR, "cancel")),
);

export const { GET, PUT, PATCH, DELETE } = refuseAllBut("POST");
