import { lookup } from "node:dns/promises";
import { deriveKey } from "@/lib/auth/secrets";
import { type Clock, monotonicClock } from "@/lib/clock";
import type { Dispatcher } from "@/lib/core/dispatcher";
import type { JobStore } from "@/lib/core/job-store";
import type { RecordStore } from "@/lib/core/record-store";
import type { Env } from "@/lib/env";
import type { Ids } from "@/lib/id";
import { deliverWebhook } from "@/lib/jobs/webhook-deliver";
import type { Log } from "@/lib/log";
import type { Notifications } from "@/lib/notifications/create-notifications";
import { createPublish } from "@/lib/queue/publish";
import { toNewJob } from "@/lib/queue/to-new-job";
import { systemRandom } from "@/lib/random";
import type { Listener } from "@/lib/server/listeners";
import type { Secrets } from "@/lib/server/secrets";
import type { Resolve } from "@/lib/webhooks/address";
import { createDeliver } from "@/lib/webhooks/deliver";
import { createDeliveries } from "@/lib/webhooks/deliveries";
import { disabledNotice } from "@/lib/webhooks/disabled-notice";
import { createEndpoints, viewOf } from "@/lib/webhooks/endpoints";
import { type Delivery, deliveryOf, testDelivery, wants } from "@/lib/webhooks/order";
import { createSend, type Send } from "@/lib/webhooks/send";

export interface WebhooksDeps {
  readonly env: Pick<Env, "appUrl" | "webhooks">;
  readonly secrets: Pick<Secrets, "auth">;
  readonly store: Pick<JobStore, "enqueue">;
  readonly records: RecordStore;
  readonly dispatcher: Dispatcher;
  readonly notifications: Pick<Notifications, "add">;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Pick<Log, "warn">;
  /** The system's own by default. */
  readonly resolve?: Resolve;
  readonly random?: () => number;
  /** Over the network by default. */
  readonly send?: Send;
  readonly monotonic?: () => number;
}

/** What may wait for one endpoint that does not answer. It is for telling of jobs, not for keeping them. */
const MAX_PENDING = 1_000;

const systemResolve: Resolve = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);

/** Endpoints of owners, and the jobs that deliver to them. */
export function createWebhooks(deps: WebhooksDeps) {
  const { env, secrets, store, records, notifications, clock, ids } = deps;
  const { resolve = systemResolve, random = systemRandom, monotonic = monotonicClock } = deps;
  const { allowPrivate } = env.webhooks;
  const { send = createSend({ resolve, allowPrivate, clock }) } = deps;
  const keyFor = (purpose: string) => deriveKey(secrets.auth, purpose);
  const endpoints = createEndpoints({ records, clock, ids, resolve, allowPrivate, keyFor });
  const deliveries = createDeliveries({ records, clock });
  const publish = createPublish(deps);

  /** The job first: what is noted has a job, and is never enqueued again, however long ago that job was forgotten. */
  async function order(wanted: readonly Delivery[]): Promise<void> {
    const unknown = await deliveries.unknown(wanted);
    if (unknown.length === 0) return;
    const now = clock();
    const jobs = unknown.map(({ jobId, endpointId, order: input }) => {
      const { name } = deliverWebhook;
      return toNewJob(
        { owner: endpointId, name, input, fromApi: false },
        { definition: deliverWebhook, id: jobId, now },
      );
    });
    const { answers, kicks } = await store.enqueue(
      jobs.map((job) => ({ ...job, maxActive: MAX_PENDING })),
      now,
    );
    const isFull = unknown.map((_, i) => answers[i]?.kind === "full");
    await deliveries.add(unknown.map((delivery, i) => ({ ...delivery, isDropped: isFull[i] ?? false })));
    await publish(kicks);
  }

  /** Tells each owner's endpoints of the ends that they want to hear of. */
  const announce: Listener = async (ends) => {
    const owners = [...new Set(ends.map(({ job }) => job.owner))];
    const found = await Promise.all(owners.map(endpoints.all));
    const byOwner = new Map(owners.map((owner, i) => [owner, found[i] ?? []]));
    const wanted = ends.flatMap(({ event, job }) =>
      (byOwner.get(job.owner) ?? [])
        .filter((endpoint) => wants(endpoint, event))
        .map((endpoint) => deliveryOf(event, job, endpoint, env.appUrl)),
    );
    if (wanted.length > 0) await order(wanted);
  };

  const deliver = createDeliver({
    endpoints,
    deliveries,
    send,
    onDisabled: (endpoint, deliveryId) => notifications.add([disabledNotice(endpoint, deliveryId)]),
    clock,
    monotonic,
    random,
  });

  return {
    announce,
    deliver,
    api: {
      list: async (owner: string) => (await endpoints.all(owner)).map(viewOf),
      read: async (owner: string, id: string) => viewOf(await endpoints.get(owner, id)),
      create: endpoints.create,
      update: endpoints.update,
      rotate: endpoints.rotate,
      remove: endpoints.remove,

      /** Sends a message that says nothing, once. Answers the delivery's id. */
      async test(owner: string, id: string): Promise<string> {
        const delivery = testDelivery(ids("test"), await endpoints.get(owner, id), clock());
        await order([delivery]);
        return delivery.order.deliveryId;
      },

      async deliveries(owner: string, id: string, page: { readonly cursor: string | null; readonly limit: number }) {
        await endpoints.get(owner, id);
        return deliveries.list(id, page);
      },
    },
  };
}
