import { handleOperator } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { listQueues } from "@/lib/contracts/queues";

/** Every queue, with what waits and runs in it. */
export const GET = handleOperator(listQueues, null, async ({ app }) => ({ queues: await app.queues.list() }));

export const { POST, PUT, PATCH, DELETE } = refuseAllBut("GET");
