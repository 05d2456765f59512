import type { Notice } from "@/lib/core/notice";
import type { StoredWebhook } from "@/lib/webhooks/webhook-records";

/** What an owner is told when his endpoint was disabled by a delivery: the same notification each time. */
export function disabledNotice({ owner, value }: StoredWebhook, deliveryId: string) {
  const reason = value.disabled?.reason === "gone" ? "it answered that nothing is there any more" : "it kept failing";
  const notice: Notice = {
    kind: "error",
    title: "Webhook disabled",
    message: `Nothing is sent to ${new URL(value.url).host} any more, because ${reason}. Enable it when it works again.`,
  };
  return { owner, id: `ntf_${deliveryId}`, ...notice, jobId: null, href: null, createdAt: value.disabled?.at ?? 0 };
}
