import { z } from "zod";
import { defineJob } from "@/lib/jobs/define-job";
import { WebhookOrder } from "@/lib/webhooks/order";

/** Delivers one message to one endpoint, which is the job's owner. How often and when is the endpoint's business. */
export const deliverWebhook = defineJob({
  name: "webhook.deliver",
  title: "Webhook delivery",
  queue: "webhooks",
  input: WebhookOrder,
  output: z.object({ outcome: z.enum(["delivered", "skipped"]) }),
  stages: { deliver: "Delivering" },
  // The waits are told by each failure. This is for what nobody foresaw, and more attempts than there are waits.
  retry: { maxAttempts: 50, firstDelay: "10s", maxDelay: "1h" },

  async *run({ input, stage, services, signal }) {
    return yield* stage("deliver", () => services.webhooks.deliver(input, signal));
  },
});
