import type { Clock } from "@/lib/clock";
import type { RecordStore, Stored } from "@/lib/core/record-store";
import { KEPT_MS, NOTIFICATION, type NotificationFacts, UNREAD } from "@/lib/notifications/notification-record";

interface NotificationsDeps {
  readonly records: Pick<RecordStore, "putAll" | "getAll" | "list" | "count">;
  readonly clock: Clock;
}

/** A notification to be made. Its id says what it is about: of one id there is one. */
export type NewNotification = Omit<NotificationFacts, "readAt"> & { readonly owner: string; readonly id: string };

/** Which notifications somebody has read. */
export type ReadWish = { readonly ids: readonly string[] } | { readonly all: true };

type Kept = Stored<NotificationFacts>;

export type Notifications = ReturnType<typeof createNotifications>;

const PAGE = 100;

/** What owners are told. Each notification is unread until its owner reads it, and goes by itself. */
export function createNotifications({ records, clock }: NotificationsDeps) {
  const unread = (owner: string) => records.count(NOTIFICATION, { owner, list: UNREAD });

  /** Somebody else may read the same at the same moment: then it is read, which is all that was asked. */
  async function mark(kept: readonly (Kept | null)[]): Promise<void> {
    const now = clock();
    const writes = kept.flatMap((found) => {
      if (found === null || found.value.readAt !== null) return [];
      const { owner, id, rev, dueAt, value } = found;
      return [{ owner, id, rev, dueAt, now, value: { ...value, readAt: now } }];
    });
    await records.putAll(NOTIFICATION, writes);
  }

  /** From the newest there is now backwards: one that comes meanwhile was not seen, so it stays unread. */
  async function markAll(owner: string): Promise<void> {
    let cursor: string | null = `${clock()}.0`;
    while (cursor !== null) {
      // What a page held is read now and off the list, so the next one begins where it began.
      const page: { records: Kept[]; cursor: string | null } = await records.list(NOTIFICATION, {
        owner,
        list: UNREAD,
        cursor,
        limit: PAGE,
      });
      await mark(page.records);
      if (page.cursor === null) return;
      cursor = `${page.cursor.split(".")[0]}.0`;
    }
  }

  return {
    /** Makes notifications, but for those that were made before, whether or not they were read since. */
    async add(notifications: readonly NewNotification[]): Promise<void> {
      const now = clock();
      const writes = notifications.map(({ owner, id, ...facts }) => ({
        owner,
        id,
        value: { ...facts, readAt: null },
        rev: 0,
        dueAt: now + KEPT_MS,
        now,
        lists: [UNREAD],
      }));
      await records.putAll(NOTIFICATION, writes);
    },

    unread,

    /** Newest first, with the number of all that are unread. */
    async list(
      owner: string,
      { limit, cursor, isUnread = false }: { limit: number; cursor: string | null; isUnread?: boolean | undefined },
    ) {
      const page = { owner, cursor, limit, ...(isUnread ? { list: UNREAD } : {}) };
      const [found, count] = await Promise.all([
        limit > 0 ? records.list(NOTIFICATION, page) : { records: [], cursor: null },
        unread(owner),
      ]);
      const notifications = found.records.map(({ id, value }) => ({ id, ...value }));
      return { notifications, unread: count, cursor: found.cursor };
    },

    /** Marks notifications as read; ids of others are passed over. Answers how many are unread now. */
    async read(owner: string, wish: ReadWish): Promise<number> {
      if ("all" in wish) await markAll(owner);
      else {
        const places = [...new Set(wish.ids)].map((id) => ({ owner, id }));
        await mark(await records.getAll(NOTIFICATION, places));
      }
      return unread(owner);
    },
  };
}
