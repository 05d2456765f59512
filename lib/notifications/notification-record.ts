import type { z } from "zod";
import { NotificationView } from "@/lib/contracts/notifications";
import type { JobEvent } from "@/lib/core/job-event";
import type { RecordKind } from "@/lib/core/record-store";

/** Stands in the list `UNREAD` until it is read: the size of that list is the unread count, and cannot drift. */
export const UNREAD = "unread";

/** Something that its owner should know, for as long as it is news: what the API shows. */
export const NOTIFICATION = {
  name: "notification",
  lists: [UNREAD],
  schema: NotificationView.omit({ id: true }),
} as const satisfies RecordKind;
export type NotificationFacts = z.infer<typeof NOTIFICATION.schema>;

/** An id that follows from the event: told twice, it makes one notification. */
export const notificationIdOf = ({ jobId, state, at }: JobEvent): string =>
  `ntf_${jobId.replace(/^job_/, "")}_${at.toString(36)}_${state}`;

/** How long a notification is kept, read or not. */
export const KEPT_MS = 30 * 24 * 3_600_000;
