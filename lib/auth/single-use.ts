import { z } from "zod";
import { deriveKey } from "@/lib/auth/secrets";
import { createTokens } from "@/lib/auth/token";
import type { Clock } from "@/lib/clock";
import type { RecordKind, RecordStore } from "@/lib/core/record-store";
import type { Ids } from "@/lib/id";

export interface SingleUseDeps {
  readonly secret: string;
  readonly records: RecordStore;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** Tokens that each give an owner's session to a browser: once, and within a time. */
export function createSingleUse(
  { secret, records, clock, ids }: SingleUseDeps,
  { purpose, lifeMs }: { readonly purpose: string; readonly lifeMs: number },
) {
  const tokens = createTokens({ key: deriveKey(secret, purpose), clock, lifeMs });
  /** One that nobody has used yet. */
  const kind = { name: purpose, schema: z.object({}) } as const satisfies RecordKind;

  return {
    async issue(owner: string): Promise<string> {
      const id = ids("link");
      const now = clock();
      await records.put(kind, { owner, id }, { value: {}, rev: 0, dueAt: now + lifeMs, now });
      return tokens.sign({ owner, id });
    },

    /** The owner a token signs in; null if it is not ours, has ended or was used before. */
    async redeem(token: string): Promise<string | null> {
      const place = await tokens.verify(token);
      const link = place && (await records.get(kind, place));
      if (!link) return null;
      // Of two who use it at once, one deletes the record.
      const isFirst = await records.delete(kind, { ...place, rev: link.rev });
      return isFirst ? place.owner : null;
    },
  };
}
