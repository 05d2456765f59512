import { handle } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { rotateWebhook } from "@/lib/contracts/webhooks";

/** Makes a new secret; the one before is valid for a day, so that its receiver can change over. */
export const POST = handle(rotateWebhook, ({ app, owner, params: { id } }) => app.webhooks.rotate(owner, id));

export const { GET, PUT, PATCH, DELETE } = refuseAllBut("POST");
