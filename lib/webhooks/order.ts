import { createHash } from "node:crypto";
import { z } from "zod";
import type { Job } from "@/lib/core/job";
import { JobId } from "@/lib/core/job";
import type { JobEvent } from "@/lib/core/job-event";
import { Json } from "@/lib/json";
import type { StoredWebhook } from "@/lib/webhooks/webhook-records";

/** What a `webhook.deliver` job is given. The endpoint is the job's owner, so no list of a person's jobs shows it. */
export const WebhookOrder = z.object({
  /** Whose endpoint it is. */
  owner: z.string(),
  deliveryId: z.string(),
  /** Sent as it is: the same bytes in every attempt. */
  message: z.object({ type: z.string(), timestamp: z.string(), data: z.record(z.string(), Json) }),
  /** Sent once, and counted for nothing. */
  isTest: z.boolean(),
});
export type WebhookOrder = z.infer<typeof WebhookOrder>;

/** A message on its way to one endpoint. */
export interface Delivery {
  readonly jobId: JobId;
  readonly endpointId: string;
  readonly order: WebhookOrder;
}

/** The ids of a delivery follow from what it tells and to whom: any number of tellings make one. */
function deliveryIds(what: string, endpointId: string): { deliveryId: string; jobId: JobId } {
  const digest = createHash("sha256").update(`${what} ${endpointId}`).digest("hex").slice(0, 32);
  return { deliveryId: `dlv_${digest}`, jobId: JobId.parse(`job_${digest}`) };
}

/** Tells an endpoint of a job's end: which, how, and where to read more, but nothing of what it was about. */
export function deliveryOf(event: JobEvent, job: Job, endpoint: StoredWebhook, appUrl: string): Delivery {
  const { deliveryId, jobId } = deliveryIds(event.id, endpoint.id);
  const { state, at } = event;
  const url = `${appUrl}/api/jobs/${job.id}`;
  const data = {
    jobId: job.id,
    name: job.name,
    state,
    at,
    url,
    ...(state === "completed" ? { resultUrl: `${url}/result` } : {}),
  };
  const message = { type: `job.${state}`, timestamp: new Date(at).toISOString(), data };
  return {
    jobId,
    endpointId: endpoint.id,
    order: { owner: endpoint.owner, deliveryId, message, isTest: false },
  };
}

/** Tells an endpoint that it works. */
export function testDelivery(nonce: string, endpoint: StoredWebhook, now: number): Delivery {
  const { deliveryId, jobId } = deliveryIds(nonce, endpoint.id);
  const message = { type: "webhook.test", timestamp: new Date(now).toISOString(), data: { webhookId: endpoint.id } };
  return {
    jobId,
    endpointId: endpoint.id,
    order: { owner: endpoint.owner, deliveryId, message, isTest: true },
  };
}

/** Whether an endpoint wants to hear of an event: of none that was before it. */
export const wants = ({ value: { disabled, events, createdAt } }: StoredWebhook, { state, at }: JobEvent): boolean =>
  disabled === null && events.includes(`job.${state}`) && createdAt <= at;
