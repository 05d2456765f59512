import { handleOperator } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { controlQueue } from "@/lib/contracts/queues";

/** Lets a paused queue go on. */
export const POST = handleOperator(
  controlQueue,
  ({ params }) => `Resumed the queue "${params.queue}"`,
  ({ app, params }) => app.queues.resume(params.queue),
);

export const { GET, PUT, PATCH, DELETE } = refuseAllBut("POST");
