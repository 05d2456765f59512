import { beforeEach, describe, expect, test } from "vitest";
import { createNotifications, type NewNotification } from "@/lib/notifications/create-notifications";
import { someRecords } from "@/tests/files/desk";
import { HOUR_MS, NOW } from "@/tests/support/builders";

let now = NOW;
beforeEach(() => {
  now = NOW;
});

const aNotification = (id: string, fields: Partial<NewNotification> = {}): NewNotification => ({
  owner: "ada",
  id,
  kind: "success",
  title: "Work: done",
  message: "Its result is ready.",
  jobId: null,
  href: null,
  createdAt: NOW,
  ...fields,
});

function setUp() {
  const clock = () => now;
  const records = someRecords(clock);
  const notifications = createNotifications({ records, clock });
  const idsOf = async (isUnread: boolean) =>
    (await notifications.list("ada", { cursor: null, limit: 100, isUnread })).notifications.map(({ id }) => id);
  return { records, notifications, idsOf };
}

describe("notifications", () => {
  test("are listed newest first, page by page, with the count of all that are unread", async () => {
    const { notifications } = setUp();
    for (const id of ["a", "b", "c"]) {
      await notifications.add([aNotification(id)]);
      now += 1_000;
    }
    await notifications.add([aNotification("x", { owner: "bob" })]);
    const first = await notifications.list("ada", { cursor: null, limit: 2 });
    const { owner: _owner, ...facts } = aNotification("c");
    expect(first.notifications[0]).toEqual({ ...facts, readAt: null });
    const second = await notifications.list("ada", { cursor: first.cursor, limit: 2 });
    expect([...first.notifications, ...second.notifications].map(({ id }) => id)).toEqual(["c", "b", "a"]);
    expect([first.unread, second.unread, second.cursor]).toEqual([3, 3, null]);
    expect(await notifications.list("ada", { cursor: null, limit: 0 })).toEqual({
      notifications: [],
      unread: 3,
      cursor: null,
    });
  });

  test("are made once, and one that was read stays read when it is told again", async () => {
    const { notifications, idsOf } = setUp();
    await notifications.add([aNotification("a"), aNotification("a")]);
    expect(await notifications.read("ada", { ids: ["a", "a"] })).toBe(0);
    now += 1_000;
    await notifications.add([aNotification("a"), aNotification("b")]);
    expect(await idsOf(false)).toEqual(["b", "a"]);
    expect([await idsOf(true), await notifications.unread("ada")]).toEqual([["b"], 1]);
  });

  test("are read by their owner only, once, at the first time", async () => {
    const { notifications } = setUp();
    await notifications.add([aNotification("a"), aNotification("b")]);
    expect(await notifications.read("bob", { ids: ["a"] })).toBe(0);
    expect(await notifications.unread("ada")).toBe(2);
    expect(await notifications.read("ada", { ids: ["a", "nothing"] })).toBe(1);
    now += 1_000;
    expect(await notifications.read("ada", { ids: ["a"] })).toBe(1);
    const { notifications: kept } = await notifications.list("ada", { cursor: null, limit: 9 });
    expect(kept.map(({ id, readAt }) => [id, readAt]).sort()).toEqual([
      ["a", NOW],
      ["b", null],
    ]);
  });

  test("are all read, however many came in one moment", async () => {
    const { notifications, idsOf } = setUp();
    const ids = Array.from({ length: 250 }, (_, i) => `n${i}`);
    await notifications.add(ids.map((id) => aNotification(id)));
    now += 1_000;
    await notifications.add(ids.slice(0, 50).map((id) => aNotification(`late-${id}`)));
    expect(await notifications.unread("ada")).toBe(300);
    expect(await notifications.read("ada", { all: true })).toBe(0);
    expect(await idsOf(true)).toEqual([]);
  });

  test("that come while all are being read stay unread", async () => {
    const { records } = setUp();
    const clock = () => now;
    const plain = createNotifications({ records, clock });
    await plain.add(Array.from({ length: 150 }, (_, i) => aNotification(`n${i}`)));
    const busy = createNotifications({
      clock,
      records: {
        ...records,
        async putAll(kind, writes) {
          now += 1;
          await plain.add([aNotification(`meanwhile-${now}`)]);
          return records.putAll(kind, writes);
        },
      },
    });
    expect(await busy.read("ada", { all: true })).toBe(2);
    expect(await plain.unread("ada")).toBe(2);
  });

  test("that two read at the same moment are read, and counted once", async () => {
    const { notifications } = setUp();
    await notifications.add([aNotification("a"), aNotification("b"), aNotification("c")]);
    await Promise.all([
      notifications.read("ada", { all: true }),
      notifications.read("ada", { ids: ["a", "b"] }),
      notifications.read("ada", { all: true }),
    ]);
    expect(await notifications.unread("ada")).toBe(0);
  });

  test("are due to go after thirty days, and leave the count with their record", async () => {
    const { notifications, records } = setUp();
    const { NOTIFICATION } = await import("@/lib/notifications/notification-record");
    await notifications.add([aNotification("a")]);
    now += 30 * 24 * HOUR_MS;
    const [due] = await records.due(now, 9);
    expect(due).toEqual({ kind: "notification", owner: "ada", id: "a" });
    const found = await records.get(NOTIFICATION, { owner: "ada", id: "a" });
    await records.delete(NOTIFICATION, { owner: "ada", id: "a", rev: found?.rev ?? 0 });
    expect(await notifications.unread("ada")).toBe(0);
  });
});
