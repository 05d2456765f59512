import type { Clock } from "@/lib/clock";
import type { RecordStore } from "@/lib/core/record-store";
import type { Delivery } from "@/lib/webhooks/order";
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
        const { about, createdAt, order, isDropped = false } = delivery;
        const value: DeliveryFacts = {
          type: order.message.type,
          jobId: about,
          createdAt,
          state: isDropped ? "skipped" : "pending",
          nextAt: null,
          attempts: [],
        };
        return { ...placeOf(delivery), value, rev: 0, dueAt: now + DELIVERY_KEPT_MS, now };
      });
      await records.putAll(DELIVERY, writes);
    },

    async get(endpointId: string, id: string): Promise<DeliveryFacts | null> {
      return (await records.get(DELIVERY, { owner: endpointId, id }))?.value ?? null;
    },

    /** Notes what became of a delivery, if it is still known. */
    async note(
      endpointId: string,
      id: string,
      { attempt, ...facts }: Pick<DeliveryFacts, "state" | "nextAt"> & { attempt?: DeliveryFacts["attempts"][number] },
    ): Promise<void> {
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const found = await records.get(DELIVERY, { owner: endpointId, id });
        if (!found) return; // it has been forgotten: a week is longer than any delivery takes
        const attempts = [...found.value.attempts, ...(attempt ? [attempt] : [])].slice(-MAX_ATTEMPTS);
        const value = { ...found.value, ...facts, attempts };
        const rev = await records.put(DELIVERY, found, { value, rev: found.rev, dueAt: found.dueAt, now: clock() });
        if (rev !== null) return;
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
