import { z } from "zod";
import { deriveKey } from "@/lib/auth/secrets";
import { createTokens } from "@/lib/auth/token";
import type { Clock } from "@/lib/clock";
import type { RecordKind, RecordStore } from "@/lib/core/record-store";
import type { Ids } from "@/lib/id";

const LIFE_MS = 15 * 60_000;

/** A link that nobody has followed yet. Nothing hangs on it: once expired it may simply be deleted. */
export const SIGN_IN_LINK = { name: "sign-in-link", schema: z.object({}) } as const satisfies RecordKind;

interface SignInLinkDeps {
  readonly secret: string;
  readonly records: RecordStore;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** Links that give a browser an owner's session: once, and for a quarter of an hour. */
export function createSignInLinks({ secret, records, clock, ids }: SignInLinkDeps) {
  const tokens = createTokens({ key: deriveKey(secret, "sign-in-link"), clock, lifeMs: LIFE_MS });

  return {
    /** The token that goes into a link. */
    async issue(owner: string): Promise<string> {
      const id = ids("link");
      const now = clock();
      await records.put(SIGN_IN_LINK, { owner, id }, { value: {}, rev: 0, expiresAt: now + LIFE_MS, now });
      return tokens.sign({ owner, id });
    },

    /** The owner a token signs in; null if it is not ours, has ended or was used before. */
    async redeem(token: string): Promise<string | null> {
      const place = await tokens.verify(token);
      const link = place && (await records.get(SIGN_IN_LINK, place));
      if (!link) return null;
      // Of two who follow it at once, one deletes the record.
      const isFirst = await records.delete(SIGN_IN_LINK, { ...place, rev: link.rev });
      return isFirst ? place.owner : null;
    },
  };
}
