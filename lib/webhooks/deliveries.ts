import type { Clock } from "@/lib/clock";
import type { RecordStore } from "@/lib/core/record-store";
import type { Delivery, WebhookOrder } from "@/lib/webhooks/order";
import { DELIVERY, DELIVERY_KEPT_MS, type DeliveryFacts } from "@/lib/webhooks/webhook-records";

interface DeliveriesDeps {
  readonly records: Pick<RecordStore, "get" | "getAll" | "put" | "putAll" | "list">;
  readonly clock: Clock;
}

export type Deliveries = ReturnType<typeof createDeliveries>;

const MAX_TRIES = 5;
/** There are fewer, but for one that its operator retries by hand, again and again. */
const MAX_ATTEMPTS = 50;

const placeOf = ({ endpointId, order }: Delivery) => ({ owner: endpointId, id: order.deliveryId });

const begun = ({ type, timestamp, data: { jobId } }: WebhookOrder["message"]): DeliveryFacts => ({
  type,
  jobId: typeof jobId === "string" ? jobId : null,
  createdAt: Date.parse(timestamp),
  state: "pending",
  nextAt: null,
  attempts: [],
});

/** What was sent to whom, and what became of it. */
export function createDeliveries({ records, clock }: DeliveriesDeps) {
  return {
    /** Those of which nothing is known yet. */
    async unknown(deliveries: readonly Delivery[]): Promise<Delivery[]> {
      const found = await records.getAll(DELIVERY, deliveries.map(placeOf));
      return deliveries.filter((_, i) => found[i] === null);
    },

    /** Notes deliveries that are on their way, or were dropped because too many are, each once. */
    async add(deliveries: readonly (Delivery & { readonly isDropped?: boolean })[]): Promise<void> {
      const now = clock();
      const writes = deliveries.map((delivery) => {
        const { order, isDropped = false } = delivery;
        const value: DeliveryFacts = { ...begun(order.message), state: isDropped ? "skipped" : "pending" };
        return { ...placeOf(delivery), value, rev: 0, dueAt: now + DELIVERY_KEPT_MS, now };
      });
      await records.putAll(DELIVERY, writes);
    },

    async get(endpointId: string, id: string): Promise<DeliveryFacts | null> {
      return (await records.get(DELIVERY, { owner: endpointId, id }))?.value ?? null;
    },

    /** Notes what became of a delivery. Whoever runs its job may be faster than whoever notes that it is on its way. */
    async note(
      endpointId: string,
      { deliveryId: id, message }: WebhookOrder,
      { attempt, ...facts }: Pick<DeliveryFacts, "state" | "nextAt"> & { attempt?: DeliveryFacts["attempts"][number] },
    ): Promise<void> {
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const now = clock();
        const found = await records.get(DELIVERY, { owner: endpointId, id });
        const { value, rev, dueAt } = found ?? { value: begun(message), rev: 0, dueAt: now + DELIVERY_KEPT_MS };
        const attempts = [...value.attempts, ...(attempt ? [attempt] : [])].slice(-MAX_ATTEMPTS);
        const write = { value: { ...value, ...facts, attempts }, rev, dueAt, now };
        if ((await records.put(DELIVERY, { owner: endpointId, id }, write)) !== null) return;
      }
      throw new Error(`Others were faster ${MAX_TRIES} times in noting a delivery.`);
    },

    /** Newest first. */
    async list(endpointId: string, page: { readonly cursor: string | null; readonly limit: number }) {
      const { records: kept, cursor } = await records.list(DELIVERY, { owner: endpointId, ...page });
      return { deliveries: kept.map(({ id, value }) => ({ id, ...value })), cursor };
    },
  };
}
