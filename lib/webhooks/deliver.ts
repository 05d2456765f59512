import type { Clock } from "@/lib/clock";
import { FatalError, RetryableError } from "@/lib/errors";
import type { Deliveries } from "@/lib/webhooks/deliveries";
import type { Endpoints } from "@/lib/webhooks/endpoints";
import type { WebhookOrder } from "@/lib/webhooks/order";
import { waitAfter } from "@/lib/webhooks/retry-times";
import type { Send, Sent } from "@/lib/webhooks/send";
import type { StoredWebhook } from "@/lib/webhooks/webhook-records";

interface DeliverDeps {
  readonly endpoints: Pick<Endpoints, "find" | "change" | "secretsOf">;
  readonly deliveries: Pick<Deliveries, "get" | "note">;
  readonly send: Send;
  /** Tells the owner that an endpoint was disabled, once for each delivery that did it. */
  readonly onDisabled: (endpoint: StoredWebhook, deliveryId: string) => Promise<void>;
  readonly clock: Clock;
  /** Milliseconds for measuring; never set back. */
  readonly monotonic: () => number;
  readonly random: () => number;
}

/** What became of a delivery that needs no further attempt. A type, for interfaces are no JSON. */
export type Delivered = { readonly outcome: "delivered" | "skipped" };

export type Deliver = (endpointId: string, order: WebhookOrder, signal: AbortSignal) => Promise<Delivered>;

/** So many deliveries given up, one after the other, disable an endpoint. */
const MAX_GIVEN_UP = 5;

/**
 * Makes one attempt of a delivery. It may be called again after a crash anywhere in it: then the receiver may
 * get the message twice, under the same id, and all the rest is done once.
 */
export function createDeliver(deps: DeliverDeps): Deliver {
  const { endpoints, deliveries, send, onDisabled, clock, monotonic, random } = deps;

  /** Nothing is there any more. Whoever disables an endpoint tells its owner. */
  async function disableGone({ owner, id }: StoredWebhook, deliveryId: string): Promise<void> {
    const changed = await endpoints.change(owner, id, (facts, now) =>
      facts.disabled ? null : { ...facts, disabled: { reason: "gone", at: now, deliveryId } },
    );
    if (changed) await tellIfOurs(changed, deliveryId);
  }

  async function tellIfOurs(endpoint: StoredWebhook, deliveryId: string): Promise<void> {
    if (endpoint.value.disabled?.deliveryId === deliveryId) await onDisabled(endpoint, deliveryId);
  }

  /**
   * The id is noted and not a number, so that a repetition counts once. The last one that is too many disables the endpoint
   * in the same write: a moment later its owner may have enabled it again.
   */
  async function giveUp({ owner, id }: StoredWebhook, deliveryId: string): Promise<void> {
    const changed = await endpoints.change(owner, id, (facts, now) => {
      const { givenUp, disabled } = facts;
      const isCounted = givenUp.includes(deliveryId) || givenUp.length >= MAX_GIVEN_UP;
      const all = isCounted ? givenUp : [...givenUp, deliveryId];
      const isFailing = !disabled && all.length >= MAX_GIVEN_UP;
      if (isCounted && !isFailing) return null;
      const failing = { reason: "failing" as const, at: now, deliveryId };
      return { ...facts, givenUp: all, disabled: isFailing ? failing : disabled };
    });
    if (changed) await tellIfOurs(changed, deliveryId);
  }

  async function arrived({ owner, id, value }: StoredWebhook): Promise<void> {
    if (value.givenUp.length === 0) return;
    await endpoints.change(owner, id, (facts) => (facts.givenUp.length === 0 ? null : { ...facts, givenUp: [] }));
  }

  return async function deliver(endpointId, order, signal) {
    const { owner, deliveryId, message, isTest } = order;
    const [endpoint, known] = await Promise.all([
      endpoints.find(owner, endpointId),
      deliveries.get(endpointId, deliveryId),
    ]);
    if (known?.state === "delivered") {
      if (endpoint) await arrived(endpoint); // whoever noted it may have been killed before
      return { outcome: "delivered" };
    }
    if (!endpoint || (endpoint.value.disabled && !isTest)) {
      if (endpoint) await tellIfOurs(endpoint, deliveryId);
      // One that was given up, and disabled its endpoint by that, was not skipped. Of one that went with its endpoint nobody asks.
      const isKnown = known !== null || endpoint !== null;
      if (isKnown && known?.state !== "failed")
        await deliveries.note(endpointId, order, { state: "skipped", nextAt: null });
      return { outcome: "skipped" };
    }

    const at = clock();
    const begun = monotonic();
    const body = JSON.stringify(message);
    const sent = await send(endpoint.value.url, { id: deliveryId, body }, endpoints.secretsOf(endpoint), signal);
    const durationMs = Math.round(monotonic() - begun);
    const attempt = { at, status: sent.status, durationMs, error: sent.kind === "delivered" ? null : sent.error };
    const note = (state: "delivered" | "failed" | "pending", nextAt: number | null) =>
      deliveries.note(endpointId, order, { state, nextAt, attempt });

    if (sent.kind === "delivered") {
      await note("delivered", null);
      await arrived(endpoint);
      return { outcome: "delivered" };
    }
    const now = clock();
    const number = (known?.attempts.length ?? 0) + 1;
    const createdAt = known?.createdAt ?? now;
    const waitMs = isTest ? null : waitOf(sent, number, { createdAt, now, random });
    await note(waitMs === null ? "failed" : "pending", waitMs === null ? null : now + waitMs);
    if (waitMs !== null) throw new RetryableError("webhook_failed", sent.error, { retryAfterMs: waitMs });
    if (!isTest && sent.kind === "gone") await disableGone(endpoint, deliveryId);
    else if (!isTest) await giveUp(endpoint, deliveryId);
    throw new FatalError("webhook_undelivered", sent.error);
  };
}

function waitOf(
  sent: Exclude<Sent, { kind: "delivered" }>,
  number: number,
  circumstances: { readonly createdAt: number; readonly now: number; readonly random: () => number },
): number | null {
  return sent.kind === "gone" ? null : waitAfter(number, { ...circumstances, askedMs: sent.retryAfterMs });
}
