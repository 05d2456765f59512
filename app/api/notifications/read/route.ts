import { handle } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { readNotifications } from "@/lib/contracts/notifications";

/** Marks notifications as read; answers how many are not. */
export const POST = handle(readNotifications, async ({ app, owner, body }) => ({
  unread: await app.notifications.read(owner, body),
}));

export const { GET, PUT, PATCH, DELETE } = refuseAllBut("POST");
