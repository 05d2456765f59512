import { groupsReply } from "@/lib/api/failure-reply";
import { handleOperator } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { listFailures } from "@/lib/contracts/failures";

/** Everybody's failed jobs by what went wrong. */
export const GET = handleOperator(listFailures, null, async ({ app }) =>
  groupsReply(app, await app.queue.failures.groups(null)),
);

export const { POST, PUT, PATCH, DELETE } = refuseAllBut("GET");
