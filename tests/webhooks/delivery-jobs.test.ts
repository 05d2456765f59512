import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { expect, onTestFinished, test } from "vitest";
import { createIds } from "@/lib/id";
import type { Services } from "@/lib/jobs/define-job";
import { deliverWebhook } from "@/lib/jobs/webhook-deliver";
import { createNotifications } from "@/lib/notifications/create-notifications";
import { createWebhooks } from "@/lib/server/webhooks";
import { createMemoryLedger } from "@/lib/store/memory/create-memory-ledger";
import { createRecordStore } from "@/lib/store/records/create-record-store";
import type { Deliver } from "@/lib/webhooks/deliver";
import { setUpBench } from "@/tests/support/bench";
import { aNewJob } from "@/tests/support/builders";

/** A receiver that answers with these statuses in turn, and then with 204. */
async function aReceiver(statuses: number[]) {
  const heard: { id: string; body: string; headers: Record<string, string> }[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const piece of request) body += piece;
    const headers = request.headers as Record<string, string>;
    heard.push({ id: headers["webhook-id"] ?? "", body, headers });
    response.writeHead(statuses.shift() ?? 204).end();
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return { heard, url: `http://hooks.test:${(server.address() as AddressInfo).port}/` };
}

/** Workers with the delivering job, on a real store, that reach a receiver on this machine. */
function setUp() {
  const wired: { deliver?: Deliver } = {};
  const bench = setUpBench({
    definitions: [deliverWebhook],
    services: () => {
      const webhooks: Services["webhooks"] = {
        deliver: (order, signal) => wired.deliver?.(endpointId, order, signal) ?? Promise.reject(new Error("none")),
      };
      return { webhooks } as Services; // this job uses no other
    },
  });
  let endpointId = "";
  const { clock, store } = bench;
  const ids = createIds(clock);
  const records = createRecordStore({ ledger: createMemoryLedger({ clock }), nonce: () => ids("rec") });
  const notifications = createNotifications({ records, clock });
  const webhooks = createWebhooks({
    env: { appUrl: "https://app.test", webhooks: { allowPrivate: true } },
    secrets: { auth: "s3cret" },
    store,
    records,
    dispatcher: { kick: async () => {} },
    notifications,
    clock,
    ids,
    log: { warn() {} },
    resolve: async () => ["127.0.0.1"],
    random: () => 0.5,
  });
  wired.deliver = webhooks.deliver;

  async function anEndpoint(url: string) {
    const wish = { url, description: "", events: ["job.completed" as const], enabled: true };
    const made = await webhooks.api.create("ada", wish);
    endpointId = made.id;
    return made;
  }
  /** Tells of a job's end as the sweep does. */
  async function announce() {
    const { answers } = await store.enqueue([aNewJob({ queue: "other" })], clock());
    const job = answers[0]?.job;
    if (!job) throw new Error("There is no job.");
    const event = { id: `completed:${clock()}:${job.id}`, jobId: job.id, state: "completed" as const, at: clock() };
    const end = { event, job, definition: { ...deliverWebhook, isAnnounced: true } };
    await webhooks.announce([end]);
    await webhooks.announce([end, end]);
    return job.id;
  }
  return { ...bench, webhooks, anEndpoint, announce };
}

test("a job's end reaches its owner's endpoint once, signed, and tried again where it failed", async () => {
  const bench = setUp();
  const { heard, url } = await aReceiver([500, 503]);
  const { id, secret } = await bench.anEndpoint(url);
  const jobId = await bench.announce();
  const drain = () => bench.aWorker().drain(3_600_000, "webhooks");
  await drain();
  for (const waitMs of [5_000, 30_000]) {
    bench.pass(waitMs);
    await bench.tend();
    await drain();
  }
  expect(heard).toHaveLength(3);
  expect(new Set(heard.map(({ body }) => body)).size).toBe(1);
  const [first] = heard;
  const { deliveries } = await bench.webhooks.api.deliveries("ada", id, { cursor: null, limit: 9 });
  expect(deliveries).toMatchObject([
    {
      id: first?.id,
      type: "job.completed",
      jobId,
      state: "delivered",
      attempts: [{ status: 500 }, { status: 503 }, { status: 204, error: null }],
    },
  ]);
  expect(JSON.parse(first?.body ?? "")).toEqual({
    type: "job.completed",
    timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    data: {
      jobId,
      name: "tests.work",
      state: "completed",
      at: expect.any(Number),
      url: `https://app.test/api/jobs/${jobId}`,
      resultUrl: `https://app.test/api/jobs/${jobId}/result`,
    },
  });
  // The clock of these tests is far ahead of the verifying library's own, so the signature alone is compared.
  for (const { id: messageId, body, headers } of heard) {
    const at = new Date(Number(headers["webhook-timestamp"]) * 1_000);
    expect(headers["webhook-signature"]).toBe(new Webhook(secret).sign(messageId, at, body));
  }
  expect(new Set(heard.map(({ headers }) => headers["webhook-timestamp"])).size).toBe(3);
  expect((await bench.store.list(id, { cursor: null, limit: 9 })).jobs).toMatchObject([
    { name: "webhook.deliver", state: "completed", attempt: 3 },
  ]);
});
