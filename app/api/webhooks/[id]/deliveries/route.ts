import { handle } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { listDeliveries } from "@/lib/contracts/webhooks";

/** What was sent to an endpoint in the last seven days, and what it answered. */
export const GET = handle(listDeliveries, ({ app, owner, params: { id }, query: { cursor = null, limit } }) =>
  app.webhooks.deliveries(owner, id, { cursor, limit }),
);

export const { POST, PUT, PATCH, DELETE } = refuseAllBut("GET");
