import { handleOpen } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { statusReply } from "@/lib/api/status-reply";
import { readStatus } from "@/lib/contracts/status";

/** Public health, without secrets. */
export const GET = handleOpen(readStatus, async ({ app }) => statusReply(await app.status()));

export const { POST, PUT, PATCH, DELETE } = refuseAllBut("GET");
