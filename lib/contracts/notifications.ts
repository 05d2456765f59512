import { z } from "zod";
import { defineContract } from "@/lib/contracts/contract";

/** Something that the caller should know: mostly that a job of his has ended. */
export const NotificationView = z.object({
  id: z.string(),
  kind: z.enum(["info", "success", "warning", "error"]),
  title: z.string(),
  message: z.string(),
  jobId: z.string().nullable(),
  /** A page of ours that says more. */
  href: z.string().nullable(),
  createdAt: z.int(),
  /** Null: unread. */
  readAt: z.int().nullable(),
});

const unread = z.int().min(0);

/** `GET /api/notifications`: newest first. `limit=0` asks for the unread count alone, which costs least. */
export const listNotifications = defineContract({
  query: z.object({
    cursor: z.string().max(200).optional(),
    limit: z.coerce.number().pipe(z.int().min(0).max(100)).default(20),
    unread: z.stringbool().optional(),
  }),
  reply: z.object({
    notifications: z.array(NotificationView).readonly(),
    /** Of all, not of this page. */
    unread,
    cursor: z.string().nullable(),
  }),
});

/** `POST /api/notifications/read`: some, or all that there are. Ids that nobody knows are passed over. */
export const readNotifications = defineContract({
  body: z.union(
    [
      z.strictObject({ ids: z.array(z.string().max(200)).min(1).max(100).readonly() }),
      z.strictObject({ all: z.literal(true) }),
    ],
    { error: 'say {"ids": [1 to 100 of them]}, or {"all": true}' },
  ),
  reply: z.object({ unread }),
});
