import { z } from "zod";
import { deriveKey, digestOf, secretMatches } from "@/lib/auth/secrets";
import { createTokens } from "@/lib/auth/token";
import type { Clock } from "@/lib/clock";
import type { RecordKind, RecordStore, Stored } from "@/lib/core/record-store";
import { AppError } from "@/lib/errors";
import type { Ids } from "@/lib/id";

const PREFIX = "lht_";
/** They end when they are revoked; the signature wants some end. */
const LIFE_MS = 20 * 365 * 24 * 3_600_000;
/** So long a revoked token may still be taken by another instance. */
const CACHE_MS = 60_000;
const MAX_CACHED = 10_000;
const MAX_TOKENS = 50;
/** Often enough to see that a token lies idle; more often would cost a write for each call. */
const USE_NOTED_MS = 3_600_000;

/** What is kept of a token: enough to know it again, not enough to use it. */
export const API_TOKEN = {
  name: "api-token",
  schema: z.object({
    name: z.string(),
    digest: z.string(),
    createdAt: z.int(),
    lastUsedAt: z.int().nullable(),
  }),
} as const satisfies RecordKind;

interface ApiTokenDeps {
  readonly secret: string;
  readonly records: RecordStore;
  readonly clock: Clock;
  readonly ids: Ids;
}

type Kept = Stored<z.infer<typeof API_TOKEN.schema>>;

/** A token as its owner sees it. */
const viewOf = ({ id, value: { name, createdAt, lastUsedAt } }: Kept) => ({ id, name, createdAt, lastUsedAt });

/**
 * Tokens with which scripts act as their owner. The signature is checked first, so that guesses cost no
 * look into the store; then whether the token is still kept, once a minute.
 */
export function createApiTokens({ secret, records, clock, ids }: ApiTokenDeps) {
  const tokens = createTokens({ key: deriveKey(secret, "api-token"), clock, lifeMs: LIFE_MS });
  const cache = new Map<string, { readonly isKept: boolean; readonly until: number }>();

  async function isKept(token: string, place: { readonly owner: string; readonly id: string }): Promise<boolean> {
    const kept = await records.get(API_TOKEN, place);
    if (!kept || !secretMatches(digestOf(token), kept.value.digest)) return false;
    const now = clock();
    if (now - (kept.value.lastUsedAt ?? 0) >= USE_NOTED_MS) {
      // Null: it was used elsewhere, or revoked, at the same moment; both may stand.
      await records.put(API_TOKEN, place, {
        value: { ...kept.value, lastUsedAt: now },
        rev: kept.rev,
        dueAt: null,
        now,
      });
    }
    return true;
  }

  async function list(owner: string) {
    const { records: kept } = await records.list(API_TOKEN, { owner, cursor: null, limit: MAX_TOKENS });
    return kept.map(viewOf);
  }

  async function revoke(owner: string, id: string): Promise<boolean> {
    const kept = await records.get(API_TOKEN, { owner, id });
    if (!kept) return false;
    const isGone = await records.delete(API_TOKEN, { owner, id, rev: kept.rev });
    if (!isGone) return revoke(owner, id); // its use was noted in between
    cache.set(id, { isKept: false, until: clock() + CACHE_MS });
    return true;
  }

  return {
    list,
    /** Revokes a token: here at once, elsewhere within a minute. False if the owner has none with this id. */
    revoke,

    /** Makes a token. Its text is answered this once, and kept nowhere. @throws AppError `quota_exceeded` */
    async create(owner: string, name: string) {
      const count = () => records.count(API_TOKEN, { owner });
      if ((await count()) >= MAX_TOKENS) throw tooMany();
      const id = ids("tok");
      const now = clock();
      const token = PREFIX + (await tokens.sign({ owner, id }));
      const value = { name, digest: digestOf(token), createdAt: now, lastUsedAt: null };
      const rev = await records.put(API_TOKEN, { owner, id }, { value, rev: 0, dueAt: null, now });
      // Others may have come at the same moment, and one that is too many is in no list to be revoked from.
      if ((await count()) > MAX_TOKENS) {
        await revoke(owner, id);
        throw tooMany();
      }
      return { ...viewOf({ id, owner, rev: rev ?? 0, value, dueAt: null }), token };
    },

    /** Whose token it is; null if it is none of ours, or was revoked. */
    async ownerOf(token: string): Promise<string | null> {
      const place = token.startsWith(PREFIX) ? await tokens.verify(token.slice(PREFIX.length)) : null;
      if (!place) return null;
      const now = clock();
      let known = cache.get(place.id);
      if (!known || known.until <= now) {
        if (cache.size >= MAX_CACHED) cache.clear();
        const looked = { isKept: await isKept(token, place), until: now + CACHE_MS };
        const meanwhile = cache.get(place.id);
        known = meanwhile && meanwhile !== known ? meanwhile : looked; // it may have been revoked here while we looked
        cache.set(place.id, known);
      }
      return known.isKept ? place.owner : null;
    },
  };
}

const tooMany = () =>
  new AppError("quota_exceeded", `You have ${MAX_TOKENS} tokens. Revoke one that you do not use.`, {
    details: { limit: MAX_TOKENS },
  });
