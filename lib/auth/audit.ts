import { z } from "zod";
import type { Clock } from "@/lib/clock";
import { OPERATOR } from "@/lib/core/owner";
import type { RecordKind, RecordStore } from "@/lib/core/record-store";
import type { Ids } from "@/lib/id";

const KEPT_MS = 90 * 24 * 3_600_000;

export const OPERATOR_ACTION = {
  name: "operator-action",
  schema: z.object({ at: z.int(), action: z.string() }),
} as const satisfies RecordKind;

export type Audit = ReturnType<typeof createAudit>;

/** What the operator has done, for ninety days. */
export function createAudit({
  records,
  clock,
  ids,
}: {
  readonly records: RecordStore;
  readonly clock: Clock;
  readonly ids: Ids;
}) {
  return {
    /** Written before the action is taken: none is left out. */
    async write(action: string): Promise<void> {
      const now = clock();
      const place = { owner: OPERATOR, id: ids("act") };
      const rev = await records.put(OPERATOR_ACTION, place, {
        value: { at: now, action },
        rev: 0,
        dueAt: now + KEPT_MS,
        now,
      });
      if (rev === null) throw new Error("The audit list could not be written.");
    },

    /** Newest first. */
    async list(page: { readonly cursor: string | null; readonly limit: number }) {
      const { records: kept, cursor } = await records.list(OPERATOR_ACTION, { owner: OPERATOR, ...page });
      return { actions: kept.map(({ id, value }) => ({ id, ...value })), cursor };
    },
  };
}
