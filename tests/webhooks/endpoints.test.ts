import { describe, expect, test } from "vitest";
import { createIds } from "@/lib/id";
import { createEndpoints } from "@/lib/webhooks/endpoints";
import { wants } from "@/lib/webhooks/order";
import { someRecords } from "@/tests/files/desk";
import { aJobId, HOUR_MS, NOW } from "@/tests/support/builders";

const WISH = { url: "https://hooks.test/a", description: "mine", events: ["job.failed" as const], enabled: true };

function setUp() {
  const world = { now: NOW };
  const clock = () => world.now;
  const records = someRecords(clock);
  const endpoints = createEndpoints({
    records,
    clock,
    ids: createIds(clock),
    resolve: async (host) => (host === "inside.test" ? ["10.0.0.1"] : ["93.184.215.14"]),
    allowPrivate: false,
    keyFor: (purpose) => new TextEncoder().encode(purpose.padEnd(32, "-")),
  });
  const secretsOf = async (id: string) => endpoints.secretsOf(await endpoints.get("ada", id));
  return Object.assign(world, { records, endpoints, secretsOf });
}

describe("endpoints", () => {
  test("are made with a secret that is shown once and kept nowhere", async () => {
    const { endpoints, records, secretsOf } = setUp();
    const { secret, ...view } = await endpoints.create("ada", WISH);
    expect(view).toEqual({
      id: expect.stringMatching(/^wh_/),
      ...WISH,
      disabledReason: null,
      disabledAt: null,
      createdAt: NOW,
    });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/=]{40,}$/);
    expect(await secretsOf(view.id)).toEqual([secret]);
    const kept = await records.list(
      { name: "webhook", schema: (await import("zod")).z.unknown() },
      {
        owner: "ada",
        cursor: null,
        limit: 9,
      },
    );
    expect(JSON.stringify(kept)).not.toContain(secret.slice(6));
    expect(secret).not.toBe((await endpoints.create("ada", WISH)).secret);
  });

  test("are ten at most for one owner, also when they are made at once", async () => {
    const { endpoints } = setUp();
    const made = await Promise.allSettled(Array.from({ length: 15 }, () => endpoints.create("ada", WISH)));
    expect(made.filter(({ status }) => status === "fulfilled").length).toBeLessThanOrEqual(10);
    expect((await endpoints.all("ada")).length).toBeLessThanOrEqual(10);
    while ((await endpoints.all("ada")).length < 10) await endpoints.create("ada", WISH);
    const refusal = { code: "quota_exceeded", details: { limit: 10 } };
    await expect(endpoints.create("ada", WISH)).rejects.toMatchObject(refusal);
    await endpoints.create("bob", WISH);
  });

  test("keep what a change does not name, and refuse an address that they would refuse at first", async () => {
    const { endpoints } = setUp();
    const { id } = await endpoints.create("ada", WISH);
    const changed = await endpoints.update("ada", id, { description: "ours" });
    expect(changed).toMatchObject({ ...WISH, description: "ours" });
    const moved = await endpoints.update("ada", id, { url: "https://other.test", events: ["job.completed"] });
    expect(moved).toMatchObject({ url: "https://other.test/", description: "ours", events: ["job.completed"] });
    const refusal = { code: "webhook_address_refused" };
    await expect(endpoints.update("ada", id, { url: "https://inside.test/" })).rejects.toMatchObject(refusal);
    await expect(endpoints.create("ada", { ...WISH, url: "https://inside.test/" })).rejects.toMatchObject(refusal);
    const off = await endpoints.update("ada", id, { enabled: false });
    expect(off).toMatchObject({ enabled: false, disabledReason: "owner", disabledAt: NOW });
  });

  test("are nobody else's", async () => {
    const { endpoints } = setUp();
    const { id } = await endpoints.create("ada", WISH);
    const missing = { code: "not_found" };
    await expect(endpoints.get("bob", id)).rejects.toMatchObject(missing);
    await expect(endpoints.update("bob", id, { enabled: false })).rejects.toMatchObject(missing);
    await expect(endpoints.rotate("bob", id)).rejects.toMatchObject(missing);
    await expect(endpoints.remove("bob", id)).rejects.toMatchObject(missing);
    expect(await endpoints.all("bob")).toEqual([]);
    await endpoints.remove("ada", id);
    await expect(endpoints.get("ada", id)).rejects.toMatchObject(missing);
  });

  test("sign with the old secret too, for a day after it was changed", async () => {
    const world = setUp();
    const { endpoints, secretsOf } = world;
    const { id, secret: first } = await endpoints.create("ada", WISH);
    const { secret: second } = await endpoints.rotate("ada", id);
    expect(second).not.toBe(first);
    expect(await secretsOf(id)).toEqual([second, first]);
    world.now += 24 * HOUR_MS;
    expect(await secretsOf(id)).toEqual([second]);
  });

  test("want what they were made for, from then on, while they are enabled", async () => {
    const { endpoints } = setUp();
    const { id } = await endpoints.create("ada", WISH);
    const anEvent = (state: "completed" | "failed", at: number) => ({ id: "e", jobId: aJobId(), state, at });
    const endpoint = await endpoints.get("ada", id);
    expect(wants(endpoint, anEvent("failed", NOW))).toBe(true);
    expect(wants(endpoint, anEvent("completed", NOW))).toBe(false);
    expect(wants(endpoint, anEvent("failed", NOW - 1))).toBe(false);
    await endpoints.update("ada", id, { enabled: false });
    expect(wants(await endpoints.get("ada", id), anEvent("failed", NOW))).toBe(false);
  });
});
