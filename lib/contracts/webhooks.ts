import { z } from "zod";
import { defineContract } from "@/lib/contracts/contract";

/** What a webhook can be told of. */
export const WEBHOOK_EVENTS = ["job.completed", "job.failed", "job.cancelled"] as const;

const id = z.string().regex(/^wh_[0-9a-z]{1,40}$/);
const params = z.object({ id });

const fields = {
  url: z.string().trim().max(2_000),
  description: z.string().trim().max(200),
  events: z
    .array(z.enum(WEBHOOK_EVENTS))
    .min(1)
    .transform((events) => [...new Set(events)]),
  enabled: z.boolean(),
};

/** An endpoint without its secret, which is shown when it is made. */
const WebhookView = z.object({
  id: z.string(),
  url: z.string(),
  description: z.string(),
  events: z.array(z.enum(WEBHOOK_EVENTS)).readonly(),
  enabled: z.boolean(),
  /** Why it is not: `owner` by its owner's wish, `gone` after a 410, `failing` after five deliveries given up in a row. */
  disabledReason: z.enum(["owner", "gone", "failing"]).nullable(),
  disabledAt: z.int().nullable(),
  createdAt: z.int(),
});

/** `secret`: with it the receiver verifies signatures (Standard Webhooks). Shown this once. */
const WithSecret = WebhookView.extend({ secret: z.string() });

/** `GET /api/webhooks` */
export const listWebhooks = defineContract({ reply: z.object({ webhooks: z.array(WebhookView).readonly() }) });

/** `POST /api/webhooks` */
export const createWebhook = defineContract({
  body: z.strictObject({
    url: fields.url,
    description: fields.description.default(""),
    events: fields.events.default([...WEBHOOK_EVENTS]),
    enabled: fields.enabled.default(true),
  }),
  reply: WithSecret,
});

/** `GET /api/webhooks/:id` */
export const readWebhook = defineContract({ params, reply: WebhookView });

/** `PATCH /api/webhooks/:id`: what is not named stays. Enabling forgives what has failed. */
export const changeWebhook = defineContract({ params, body: z.strictObject(fields).partial(), reply: WebhookView });

/** `DELETE /api/webhooks/:id`: what is on its way to it is dropped. */
export const deleteWebhook = defineContract({ params, reply: z.object({ deleted: z.literal(true) }) });

/** `POST /api/webhooks/:id/rotate`: a new secret. For a day, messages are signed with the old one too. */
export const rotateWebhook = defineContract({ params, reply: WithSecret });

/** `POST /api/webhooks/:id/test`: sends a `webhook.test`, once. What becomes of it stands in the list of deliveries. */
export const testWebhook = defineContract({ params, reply: z.object({ deliveryId: z.string() }) });

/** A message to an endpoint, and what became of it. */
export const DeliveryView = z.object({
  /** The `webhook-id` of the message, in every attempt. */
  id: z.string(),
  type: z.string(),
  jobId: z.string().nullable(),
  createdAt: z.int(),
  /** `skipped`: the endpoint was disabled before it arrived, or a thousand were waiting for it already. */
  state: z.enum(["pending", "delivered", "failed", "skipped"]),
  /** When it is tried again. */
  nextAt: z.int().nullable(),
  attempts: z
    .array(
      z.object({
        at: z.int(),
        /** Null: there was no answer. */
        status: z.int().nullable(),
        durationMs: z.int(),
        error: z.string().nullable(),
      }),
    )
    .readonly(),
});

/** `GET /api/webhooks/:id/deliveries`: of the last seven days, newest first. */
export const listDeliveries = defineContract({
  params,
  query: z.object({
    cursor: z.string().max(200).optional(),
    limit: z.coerce.number().pipe(z.int().min(1).max(100)).default(20),
  }),
  reply: z.object({
    deliveries: z.array(DeliveryView).readonly(),
    cursor: z.string().nullable(),
  }),
});
