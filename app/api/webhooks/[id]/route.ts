import { handle } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { changeWebhook, deleteWebhook, readWebhook } from "@/lib/contracts/webhooks";

export const GET = handle(readWebhook, ({ app, owner, params: { id } }) => app.webhooks.read(owner, id));

/** Changes what is named. An endpoint that was disabled begins anew when it is enabled. */
export const PATCH = handle(changeWebhook, ({ app, owner, params: { id }, body }) =>
  app.webhooks.update(owner, id, body),
);

export const DELETE = handle(deleteWebhook, async ({ app, owner, params: { id } }) => {
  await app.webhooks.remove(owner, id);
  return { deleted: true as const };
});

export const { POST, PUT } = refuseAllBut("GET", "PATCH", "DELETE");
