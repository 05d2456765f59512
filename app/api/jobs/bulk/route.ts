import { bulkReply } from "@/lib/api/bulk-reply";
import { handle } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { bulkOwn } from "@/lib/contracts/bulk";

/** Retries, cancels or deletes many of the caller's own jobs. */
export const POST = handle(bulkOwn, ({ app, owner, body, request }) => bulkReply(app, owner, body, request));

export const { GET, PUT, PATCH, DELETE } = refuseAllBut("POST");
