import { groupsReply } from "@/lib/api/failure-reply";
import { handle } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { listFailures } from "@/lib/contracts/failures";

/** The caller's own failed jobs by what went wrong. */
export const GET = handle(listFailures, async ({ app, owner }) =>
  groupsReply(app, await app.queue.failures.groups(owner)),
);

export const { POST, PUT, PATCH, DELETE } = refuseAllBut("GET");
