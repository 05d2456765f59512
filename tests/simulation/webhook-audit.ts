import { isFinished, type Job } from "@/lib/core/job";
import { eventOf, type JobEvent } from "@/lib/core/job-event";
import { deliveryOf, wants } from "@/lib/webhooks/order";
import type { Sent } from "@/lib/webhooks/send";
import type { StoredWebhook } from "@/lib/webhooks/webhook-records";
import { isAnnounced } from "@/tests/simulation/jobs";
import type { Mirror, Write } from "@/tests/simulation/mirror";
import { readWebhook } from "@/tests/simulation/read-record";

interface Ended {
  readonly event: JobEvent;
  readonly job: Job;
  /** When that was written, by the true time. */
  readonly at: number;
  /** Nobody is told of a job that its owner has deleted before. */
  isOwed: boolean;
}

/** So many deliveries given up disable an endpoint. */
const MAX_GIVEN_UP = 5;

/** Looks after what receivers hear: of each end at least once, under one id with one text, until they are disabled. */
export function createWebhookAudit(mirror: () => Mirror, now: () => number) {
  const ends = new Map<string, Ended>();
  const endpoints = new Map<string, { readonly since: number; readonly kept: StoredWebhook }>();
  const bodies = new Map<string, string>();
  const delivered = new Set<string>();
  const noticed = new Set<string>();
  const idOf = ({ event, job }: Ended, endpoint: StoredWebhook) =>
    deliveryOf(event, job, endpoint, APP_URL).order.deliveryId;

  /** What this endpoint has to hear of. */
  function owedTo(id: string): Ended[] {
    const endpoint = endpoints.get(id);
    if (!endpoint) return [];
    const { kept, since } = endpoint;
    const asEnabled = { ...kept, value: { ...kept.value, disabled: null } };
    return [...ends.values()].filter(
      ({ event, job, at, isOwed }) =>
        isOwed && at > since && job.owner === kept.owner && isAnnounced(job) && wants(asEnabled, event),
    );
  }

  function wrongEndpoint({ id, value, ...rest }: StoredWebhook): string[] {
    const endpoint = { id, value, ...rest };
    const owed = owedTo(id);
    const missing = owed.filter((end) => !delivered.has(idOf(end, endpoint)));
    const { hostname } = new URL(value.url);
    const { disabled } = value;
    if (hostname === "good.test" || hostname === "flaky.test") {
      return [
        ...missing.map(({ event }) => `${id} at ${hostname} has not heard of ${event.id}`),
        ...(disabled ? [`${id} at ${hostname} was disabled: ${disabled.reason}`] : []),
      ];
    }
    const least = hostname === "gone.test" ? 1 : MAX_GIVEN_UP;
    const isTold = disabled !== null && noticed.has(`ntf_${disabled.deliveryId}`);
    return [
      ...(owed.length >= least && !disabled
        ? [`${id} at ${hostname} has failed ${owed.length} times, and is enabled`]
        : []),
      ...(disabled && !isTold ? [`${id} at ${hostname} was disabled, and nobody was told`] : []),
    ];
  }

  return {
    afterWrite({ changes, records }: Write): void {
      for (const { puts = [] } of changes) {
        for (const { key, entry } of puts) {
          const kept = entry && readWebhook(key, entry.text);
          if (!kept) continue;
          const { since } = endpoints.get(kept.id) ?? { since: now() };
          endpoints.set(kept.id, { since, kept });
        }
      }
      for (const { was, now: job } of records) {
        if (!job || !isFinished(job) || (was && isFinished(was))) continue;
        const event = eventOf(job);
        ends.set(event.id, { event, job, at: now(), isOwed: true });
      }
    },

    /** Listeners have been told of an end. */
    tell(eventId: string): void {
      const end = ends.get(eventId);
      if (end && !mirror().job(end.job.id)) end.isOwed = false;
    },

    /** A receiver hears a message, and answers. */
    hear(id: string, body: string, { kind }: Sent): string[] {
      const before = bodies.get(id) ?? body;
      bodies.set(id, before);
      if (kind === "delivered") delivered.add(id);
      return before === body ? [] : [`${id} was sent with another text than before`];
    },

    /** An owner is told that his endpoint was disabled. */
    notice: (id: string) => void noticed.add(id),

    atTheEnd(): string[] {
      const all = [...endpoints.values()].map(({ kept }) => kept);
      const possible = new Set([...ends.values()].flatMap((end) => all.map((endpoint) => idOf(end, endpoint))));
      return [
        ...[...bodies.keys()].filter((id) => !possible.has(id)).map((id) => `${id} was sent, and tells of no end`),
        ...all.flatMap(wrongEndpoint),
      ];
    },
  };
}

export const APP_URL = "https://app.test";
