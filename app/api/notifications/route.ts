import { handle } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { listNotifications } from "@/lib/contracts/notifications";

/** What the caller should know, newest first. */
export const GET = handle(listNotifications, ({ app, owner, query: { cursor = null, limit, unread } }) =>
  app.notifications.list(owner, { cursor, limit, isUnread: unread }),
);

export const { POST, PUT, PATCH, DELETE } = refuseAllBut("GET");
