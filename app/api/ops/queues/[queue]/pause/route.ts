import { handleOperator } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { controlQueue } from "@/lib/contracts/queues";

/** Holds a queue up: running jobs go on, no other is begun. */
export const POST = handleOperator(
  controlQueue,
  ({ params }) => `Paused the queue "${params.queue}"`,
  ({ app, params }) => app.queues.pause(params.queue),
);

export const { GET, PUT, PATCH, DELETE } = refuseAllBut("POST");
