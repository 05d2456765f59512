import { z } from "zod";
import { DeliveryView, WEBHOOK_EVENTS } from "@/lib/contracts/webhooks";
import type { RecordKind, Stored } from "@/lib/core/record-store";

/** Where an owner wants to be told of what. */
export const WEBHOOK = {
  name: "webhook",
  schema: z.object({
    url: z.string(),
    description: z.string(),
    events: z.array(z.enum(WEBHOOK_EVENTS)).readonly(),
    /** Null: enabled. `deliveryId` made the last attempt before it was disabled; null if its owner did it. */
    disabled: z
      .object({ reason: z.enum(["owner", "gone", "failing"]), at: z.int(), deliveryId: z.string().nullable() })
      .nullable(),
    /** Counts the secrets that it has had; the one before is valid until `previousUntil`. */
    secret: z.int(),
    previousUntil: z.int(),
    /** Deliveries given up since the last one that arrived. */
    givenUp: z.array(z.string()).readonly(),
    createdAt: z.int(),
  }),
} as const satisfies RecordKind;
export type WebhookFacts = z.infer<typeof WEBHOOK.schema>;
export type StoredWebhook = Stored<WebhookFacts>;

/** One message to one endpoint, which is its owner, and what became of it: what the API shows. */
export const DELIVERY = {
  name: "webhook-delivery",
  schema: DeliveryView.omit({ id: true }),
} as const satisfies RecordKind;
export type DeliveryFacts = z.infer<typeof DELIVERY.schema>;

/** How long a delivery can be looked up, and is known as one that was made. */
export const DELIVERY_KEPT_MS = 7 * 24 * 3_600_000;
