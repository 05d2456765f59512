import { created } from "@/lib/api/created";
import { handle } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { createWebhook, listWebhooks } from "@/lib/contracts/webhooks";

/** Where the caller wants to be told of his jobs' ends. */
export const GET = handle(listWebhooks, async ({ app, owner }) => ({ webhooks: await app.webhooks.list(owner) }));

/** Makes an endpoint; its secret is in this answer and nowhere else. */
export const POST = handle(createWebhook, async ({ app, owner, body }) =>
  created(await app.webhooks.create(owner, body)),
);

export const { PUT, PATCH, DELETE } = refuseAllBut("GET", "POST");
