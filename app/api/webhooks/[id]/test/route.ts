import { handle } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { testWebhook } from "@/lib/contracts/webhooks";

/** Sends a message of no meaning, once, by the way that all others take. */
export const POST = handle(testWebhook, async ({ app, owner, params: { id } }) => {
  const deliveryId = await app.webhooks.test(owner, id);
  return Response.json({ deliveryId }, { status: 202, headers: { "cache-control": "private, no-store" } });
});

export const { GET, PUT, PATCH, DELETE } = refuseAllBut("POST");
