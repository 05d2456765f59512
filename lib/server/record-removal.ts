import { z } from "zod";
import { OPERATOR_ACTION } from "@/lib/auth/audit";
import { INVITATION } from "@/lib/auth/invitations";
import { SIGN_IN_LINK } from "@/lib/auth/sign-in-link";
import type { DueRecord, RecordKind, RecordStore } from "@/lib/core/record-store";
import type { UserFiles } from "@/lib/files/user-files";
import { NOTIFICATION } from "@/lib/notifications/notification-record";
import { DELIVERY } from "@/lib/webhooks/webhook-records";

interface RemovalDeps {
  readonly records: Pick<RecordStore, "get" | "delete">;
  readonly userFiles: Pick<UserFiles, "expire">;
}

/** Kinds of record that nothing hangs on: once expired they are simply deleted. */
const PLAIN_KINDS: ReadonlyMap<string, RecordKind> = new Map(
  [
    { name: SIGN_IN_LINK, schema: z.unknown() },
    { name: INVITATION, schema: z.unknown() },
    OPERATOR_ACTION,
    NOTIFICATION,
    DELIVERY,
  ].map((kind) => [kind.name, kind]),
);

/** Removes a record whose time is over, with what hangs on it. */
export function createRecordRemoval({ records, userFiles }: RemovalDeps) {
  return async function removeRecord(record: DueRecord): Promise<void> {
    const kind = PLAIN_KINDS.get(record.kind);
    if (kind) {
      const found = await records.get(kind, record);
      if (found) await records.delete(kind, { ...record, rev: found.rev });
      return;
    }
    const isDone = await userFiles.expire(record);
    if (!isDone) throw new Error(`Nobody knows how to remove a record of kind "${record.kind}".`);
  };
}
