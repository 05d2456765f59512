import { spellOut } from "@/lib/core/definition";
import { noticeOf } from "@/lib/core/notice";
import type { Notifications } from "@/lib/notifications/create-notifications";
import { notificationIdOf } from "@/lib/notifications/notification-record";
import type { Listener } from "@/lib/server/listeners";

/** Tells owners in the app when their jobs have ended, once for each end. */
export function createNotifyOfEnds({ add }: Pick<Notifications, "add">): Listener {
  return (ends) =>
    add(
      ends.map(({ event, job, definition }) => {
        const say: Parameters<typeof noticeOf>[3] = (output) => {
          const parsed = definition?.output.safeParse(output); // an older version of the job may have written it
          return parsed?.success ? (definition?.sayResult?.(parsed.data) ?? null) : null;
        };
        const { owner, id: jobId } = job;
        const notice = noticeOf(definition?.title ?? spellOut(job.name), event, job, say);
        return { owner, id: notificationIdOf(event), ...notice, jobId, href: `/jobs/${jobId}`, createdAt: event.at };
      }),
    );
}
