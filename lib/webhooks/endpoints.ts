import type { z } from "zod";
import type { Clock } from "@/lib/clock";
import type { changeWebhook, createWebhook } from "@/lib/contracts/webhooks";
import type { RecordStore } from "@/lib/core/record-store";
import { AppError } from "@/lib/errors";
import type { Ids } from "@/lib/id";
import { checkAddress, type Resolve } from "@/lib/webhooks/address";
import { type StoredWebhook, WEBHOOK, type WebhookFacts } from "@/lib/webhooks/webhook-records";

interface EndpointsDeps {
  readonly records: RecordStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly resolve: Resolve;
  readonly allowPrivate: boolean;
  /** A key of 32 bytes for a purpose, always the same. */
  readonly keyFor: (purpose: string) => Uint8Array;
}

type Created = z.output<NonNullable<(typeof createWebhook)["body"]>>;
type Changes = z.output<NonNullable<(typeof changeWebhook)["body"]>>;

export type Endpoints = ReturnType<typeof createEndpoints>;

const MAX_WEBHOOKS = 10;
/** How long the secret before the newest is valid. */
const OVERLAP_MS = 24 * 3_600_000;
const MAX_TRIES = 20;

/** A webhook as its owner sees it. */
export const viewOf = ({ id, value }: StoredWebhook) => {
  const { url, description, events, disabled, createdAt } = value;
  return {
    id,
    url,
    description,
    events,
    enabled: disabled === null,
    disabledReason: disabled?.reason ?? null,
    disabledAt: disabled?.at ?? null,
    createdAt,
  };
};

/** Where owners want to be told. Another owner's endpoint is not found. */
export function createEndpoints({ records, clock, ids, resolve, allowPrivate, keyFor }: EndpointsDeps) {
  const check = (url: string) => checkAddress(url, resolve, { allowPrivate });
  const find = (owner: string, id: string) => records.get(WEBHOOK, { owner, id });

  async function all(owner: string): Promise<StoredWebhook[]> {
    // One more than there may be, so that whoever came too late at the same moment can see it.
    return (await records.list(WEBHOOK, { owner, cursor: null, limit: MAX_WEBHOOKS + 1 })).records;
  }

  async function get(owner: string, id: string): Promise<StoredWebhook> {
    const found = await find(owner, id);
    if (!found) throw new AppError("not_found", "There is no such webhook.");
    return found;
  }

  /** Changes an endpoint as it is by then; `decide` answers null where nothing is to change. Null if it is gone. */
  async function change(
    owner: string,
    id: string,
    decide: (facts: WebhookFacts, now: number) => WebhookFacts | null,
  ): Promise<StoredWebhook | null> {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const found = await find(owner, id);
      const now = clock();
      const value = found && decide(found.value, now);
      if (!found || !value) return found;
      const rev = await records.put(WEBHOOK, found, { value, rev: found.rev, dueAt: null, now });
      if (rev !== null) return { ...found, rev, value };
    }
    throw new AppError("unavailable", "Too many others are changing this webhook. Try again in a few seconds.");
  }

  /** @throws AppError `not_found` */
  async function remove(owner: string, id: string): Promise<void> {
    const { rev } = await get(owner, id);
    const isGone = await records.delete(WEBHOOK, { owner, id, rev });
    if (!isGone) await remove(owner, id); // it was changed in between
  }

  /** Follows from the application's own secret: the database holds nothing to sign with. */
  const secret = (id: string, number: number) =>
    `whsec_${Buffer.from(keyFor(`webhook:${id}:${number}`)).toString("base64")}`;

  return {
    find,
    get,
    all,
    change,

    /** What messages are signed with now, the newest first. */
    secretsOf({ id, value }: StoredWebhook): string[] {
      const numbers = value.previousUntil > clock() ? [value.secret, value.secret - 1] : [value.secret];
      return numbers.map((number) => secret(id, number));
    },

    /** @throws AppError `webhook_address_refused`, `quota_exceeded` */
    async create(owner: string, { url, description, events, enabled }: Created) {
      const id = ids("wh");
      const now = clock();
      const value: WebhookFacts = {
        url: await check(url),
        description,
        events,
        disabled: enabled ? null : { reason: "owner", at: now, deliveryId: null },
        secret: 1,
        previousUntil: 0,
        givenUp: [],
        createdAt: now,
      };
      const isFull = async (more: number) => (await all(owner)).length + more > MAX_WEBHOOKS;
      if (await isFull(1)) throw tooMany();
      const rev = (await records.put(WEBHOOK, { owner, id }, { value, rev: 0, dueAt: null, now })) ?? 0;
      if (await isFull(0)) {
        await records.delete(WEBHOOK, { owner, id, rev });
        throw tooMany();
      }
      return { ...viewOf({ id, owner, rev, value, dueAt: null }), secret: secret(id, 1) };
    },

    /** @throws AppError `not_found`, `webhook_address_refused` */
    async update(owner: string, id: string, { url, enabled, description, events }: Changes) {
      await get(owner, id);
      const checked = url === undefined ? undefined : await check(url);
      const changed = await change(owner, id, (facts, now) => {
        const next = {
          ...facts,
          url: checked ?? facts.url,
          description: description ?? facts.description,
          events: events ?? facts.events,
        };
        if (enabled === true) return { ...next, disabled: null, givenUp: [] };
        if (enabled === false && !facts.disabled) {
          return { ...next, disabled: { reason: "owner", at: now, deliveryId: null } };
        }
        return next;
      });
      return changed ? viewOf(changed) : viewOf(await get(owner, id));
    },

    /** A new secret, valid at once; the one before stays valid for a day. @throws AppError `not_found` */
    async rotate(owner: string, id: string) {
      await get(owner, id);
      const changed = await change(owner, id, (facts, now) => ({
        ...facts,
        secret: facts.secret + 1,
        previousUntil: now + OVERLAP_MS,
      }));
      const rotated = changed ?? (await get(owner, id));
      return { ...viewOf(rotated), secret: secret(id, rotated.value.secret) };
    },

    remove,
  };
}

const tooMany = () =>
  new AppError("quota_exceeded", `You have ${MAX_WEBHOOKS} webhooks. Delete one that you do not use.`, {
    details: { limit: MAX_WEBHOOKS },
  });
