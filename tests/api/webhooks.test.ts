import { beforeEach, describe, expect, test, vi } from "vitest";
import { POST as readNotifications } from "@/app/api/notifications/read/route";
import { GET as listNotifications } from "@/app/api/notifications/route";
import { GET as listDeliveries } from "@/app/api/webhooks/[id]/deliveries/route";
import { POST as rotate } from "@/app/api/webhooks/[id]/rotate/route";
import { DELETE, PATCH, GET as read } from "@/app/api/webhooks/[id]/route";
import { POST as sendTest } from "@/app/api/webhooks/[id]/test/route";
import { POST as create, GET as list } from "@/app/api/webhooks/route";
import { call } from "@/tests/api/call";
import { server, startApplication } from "@/tests/api/running-application";

vi.mock("@/lib/server", async () => {
  const { server } = await import("@/tests/api/running-application");
  return { server };
});

const URL_OF_ADA = "https://hooks.test/ada";
type Route = Parameters<typeof call>[0];

async function answerOf(route: Route, options: Parameters<typeof call>[1] = {}) {
  const response = await call(route, options);
  return { status: response.status, body: await response.json() };
}

const post = (route: Route, body: object, params = {}) => answerOf(route, { method: "POST", body, params });

beforeEach(() => {
  startApplication();
});

describe("/api/webhooks", () => {
  test("shows a secret when it is made and never again", async () => {
    const made = await post(create, { url: URL_OF_ADA, events: ["job.failed", "job.failed"] });
    const { secret, ...view } = made.body;
    expect(made.status).toBe(201);
    expect(secret).toMatch(/^whsec_/);
    expect(view).toMatchObject({ url: URL_OF_ADA, description: "", events: ["job.failed"], enabled: true });
    expect((await answerOf(list)).body).toEqual({ webhooks: [view] });
    expect((await answerOf(read, { params: view })).body).toEqual(view);

    const rotated = await post(rotate, {}, view);
    expect(rotated.body).toEqual({ ...view, secret: expect.stringMatching(/^whsec_/) });
    expect(rotated.body.secret).not.toBe(secret);
  });

  test("refuses addresses that lead inside, and what it does not know", async () => {
    const inside = await post(create, { url: "https://127.0.0.1/" });
    expect(inside).toMatchObject({ status: 422, body: { code: "webhook_address_refused" } });
    expect(await post(create, { url: "http://hooks.test/" })).toMatchObject({ status: 422 });
    expect(await post(create, { url: URL_OF_ADA, events: [] })).toMatchObject({
      status: 422,
      body: { code: "invalid_request" },
    });
    expect(await post(create, { url: URL_OF_ADA, events: ["job.begun"] })).toMatchObject({ status: 422 });
    expect((await answerOf(list)).body).toEqual({ webhooks: [] });
  });

  test("changes, disables and deletes an endpoint", async () => {
    const { body: view } = await post(create, { url: URL_OF_ADA });
    const patched = await answerOf(PATCH, { method: "PATCH", params: view, body: { enabled: false } });
    expect(patched.body).toMatchObject({ enabled: false, disabledReason: "owner", url: URL_OF_ADA });
    expect((await answerOf(DELETE, { method: "DELETE", params: view })).body).toEqual({ deleted: true });
    expect(await answerOf(read, { params: view })).toMatchObject({ status: 404, body: { code: "not_found" } });
  });

  test("sends a test by the way of all deliveries, which its owner's jobs do not show", async () => {
    const { body: view } = await post(create, { url: URL_OF_ADA });
    const { status, body } = await post(sendTest, {}, view);
    expect([status, body]).toEqual([202, { deliveryId: expect.stringMatching(/^dlv_/) }]);
    const { body: sent } = await answerOf(listDeliveries, { params: view });
    expect(sent).toMatchObject({ deliveries: [{ id: body.deliveryId, type: "webhook.test", state: "pending" }] });
    expect(await server().queue.list("ada", { cursor: null, limit: 9 })).toMatchObject({ jobs: [] });
    const others = await answerOf(listDeliveries, { params: view, owner: "bob" });
    expect(others).toMatchObject({ status: 404 });
  });
});

describe("/api/notifications", () => {
  test("is empty at first, and takes no wish that says nothing", async () => {
    expect((await answerOf(listNotifications)).body).toEqual({ notifications: [], unread: 0, cursor: null });
    expect((await post(readNotifications, { all: true })).body).toEqual({ unread: 0 });
    expect((await post(readNotifications, { ids: ["nothing"] })).body).toEqual({ unread: 0 });
    for (const wish of [{}, { ids: [] }, { all: false }, { ids: ["a"], all: true }]) {
      expect(await post(readNotifications, wish)).toMatchObject({ status: 422 });
    }
  });
});
