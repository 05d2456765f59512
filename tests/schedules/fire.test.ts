import { describe, expect, test } from "vitest";
import { z } from "zod";
import { derivedId } from "@/lib/id";
import { aFaultyLedger, aScheduleBench, HOUR_MS, MINUTE_MS } from "@/tests/schedules/schedule-bench";
import { NOW } from "@/tests/support/builders";

describe("a schedule", () => {
  test("fires at its instant, not before, and moves on", async () => {
    const bench = aScheduleBench();
    const { id } = await bench.create({ options: { priority: 7, tags: ["mine"] } });
    await bench.schedules.fire({ owner: "ada", id });
    bench.pass(HOUR_MS - 1);
    await bench.sweep();
    expect(await bench.jobs()).toEqual([]);

    bench.pass(1);
    await bench.sweep();
    const jobId = derivedId("job", NOW + HOUR_MS, [id, "fired"]);
    expect(await bench.jobs()).toMatchObject([
      {
        id: jobId,
        name: "tests.report",
        owner: "ada",
        input: { size: 1 },
        priority: 7,
        tags: ["mine", `schedule:${id}`],
        state: "queued",
      },
    ]);
    expect(bench.kicks).toEqual(["tests"]);
    expect(await bench.read(id)).toMatchObject({
      lastFired: { at: NOW + HOUR_MS, jobId },
      lastSkipped: null,
      nextTimes: [2, 3, 4, 5, 6].map((hours) => NOW + hours * HOUR_MS),
    });
  });

  test("fires as often as it comes, by the clocks of its zone", async () => {
    const bench = aScheduleBench();
    const { id } = await bench.create({ cron: "30 9 * * *", timeZone: "Asia/Kathmandu" });
    for (let hours = 0; hours < 48; hours += 1) {
      bench.pass(HOUR_MS);
      await bench.sweep();
      await bench.finishAll();
    }
    const first = 3 * HOUR_MS + 45 * MINUTE_MS;
    expect(await bench.fired(id)).toEqual([first, first + 24 * HOUR_MS]);
  });
});

describe("a schedule whose last job is unfinished", () => {
  async function afterTwoHours(wishes: Parameters<ReturnType<typeof aScheduleBench>["create"]>[0]) {
    const bench = aScheduleBench();
    const { id } = await bench.create(wishes);
    for (const _ of [1, 2]) {
      bench.pass(HOUR_MS);
      await bench.sweep();
    }
    return { bench, id };
  }

  test("makes none with `skip`, says so, and goes on once it has ended", async () => {
    const { bench, id } = await afterTwoHours({ overlap: "skip" });
    expect(await bench.fired(id)).toEqual([HOUR_MS]);
    expect(await bench.read(id)).toMatchObject({
      lastFired: { at: NOW + HOUR_MS },
      lastSkipped: { at: NOW + 2 * HOUR_MS, reason: "unfinished" },
    });
    expect(await bench.finishAll()).toBe(1);
    bench.pass(HOUR_MS);
    await bench.sweep();
    expect(await bench.fired(id)).toEqual([HOUR_MS, 3 * HOUR_MS]);
  });

  test("makes one that waits for it with `queue`", async () => {
    const { bench, id } = await afterTwoHours({ overlap: "queue" });
    expect(await bench.fired(id)).toEqual([HOUR_MS, 2 * HOUR_MS]);
    expect([await bench.finishAll(), await bench.finishAll(), await bench.finishAll()]).toEqual([1, 1, 0]);
  });

  test("makes one beside it with `allow`", async () => {
    const { bench } = await afterTwoHours({ overlap: "allow" });
    expect(await bench.finishAll()).toBe(2);
  });

  test("makes none that the definition does not allow", async () => {
    const { bench, id } = await afterTwoHours({ name: "tests.turn", overlap: "allow" });
    expect(await bench.fired(id)).toEqual([HOUR_MS]);
    expect(await bench.read(id)).toMatchObject({ lastSkipped: { reason: "unfinished" } });
  });

  test("makes none where a second one is refused", async () => {
    const { bench, id } = await afterTwoHours({ overlap: "skip", options: { onDuplicate: "refuse" } });
    expect(await bench.fired(id)).toEqual([HOUR_MS]);
    expect(await bench.read(id)).toMatchObject({ state: "active", lastSkipped: { reason: "unfinished" } });
  });

  test("keeps to `skip` though the sweep that made the job died before it could note that", async () => {
    const bench = aScheduleBench();
    const { id } = await bench.create();
    bench.pass(HOUR_MS);
    const { ledger } = aFaultyLedger(bench.ledger, async () => {
      if ((await bench.jobs()).length > 0) throw new Error("killed");
    });
    await expect(bench.anInstance(ledger).sweep()).rejects.toThrow("killed");
    bench.pass(HOUR_MS);
    await bench.sweep();
    expect(await bench.fired(id)).toEqual([HOUR_MS]);
    expect(await bench.read(id)).toMatchObject({ lastSkipped: { at: NOW + 2 * HOUR_MS, reason: "unfinished" } });
  });
});

test("a schedule that was paused fires for no instant after that, also where a sweep has read it before and slept", async () => {
  const bench = aScheduleBench();
  const { id } = await bench.create({ overlap: "queue" });
  bench.pass(HOUR_MS);
  const { ledger } = aFaultyLedger(bench.ledger, async (call, when) => {
    if (call !== 1 || when === "before") return;
    await bench.schedules.pause("ada", id);
    bench.pass(2 * HOUR_MS);
  });
  await bench.anInstance(ledger).schedules.fire({ owner: "ada", id });
  expect(await bench.fired(id)).toEqual([HOUR_MS]);
  expect(await bench.read(id)).toMatchObject({ state: "paused" });
});

describe("a schedule that nobody swept for hours", () => {
  test.each([
    ["nothing with `none`", "none" as const, [], 1],
    ["the latest with `one`", "one" as const, [4], 1],
    ["the latest so many with `all`", { all: 3 }, [2, 3, 4], 1],
    ["everything with enough of `all`", { all: 9 }, [1, 2, 3, 4], null],
  ])("catches up %s", async (_name, catchUp, hours, missed) => {
    const bench = aScheduleBench();
    const { id } = await bench.create({ overlap: "allow", catchUp });
    bench.pass(4 * HOUR_MS + 10 * MINUTE_MS);
    await bench.sweep();
    expect(await bench.fired(id)).toEqual(hours.map((hour) => hour * HOUR_MS));
    const lastSkipped = missed === null ? null : { at: NOW + missed * HOUR_MS, reason: "missed" };
    expect(await bench.read(id)).toMatchObject({
      lastSkipped,
      nextTimes: [NOW + 5 * HOUR_MS, ...Array(4).fill(expect.any(Number))],
    });
    await bench.sweep();
    expect(await bench.jobs()).toHaveLength(hours.length);
  });
});

describe("a schedule whose job is refused", () => {
  const GONE = { code: "unknown_job", message: 'There is no public job named "tests.report".' };

  test("pauses with the reason, stops no other, and goes on once it is repaired and resumed", async () => {
    const bench = aScheduleBench();
    const broken = await bench.create();
    const other = await bench.create({ name: "tests.turn" });
    bench.definitions.delete("tests.report");
    bench.pass(HOUR_MS);
    await bench.sweep();
    expect(await bench.read(broken.id)).toMatchObject({
      state: "paused",
      reason: GONE,
      nextTimes: [],
      updatedAt: NOW + HOUR_MS,
    });
    expect(await bench.fired(other.id)).toEqual([HOUR_MS]);
    expect(await bench.records.due(NOW + 99 * HOUR_MS, 9)).toHaveLength(1);

    await expect(bench.schedules.resume("ada", broken.id)).rejects.toMatchObject(GONE);
    const repaired = await bench.schedules.change("ada", broken.id, { name: "tests.turn", input: { size: 2 } });
    expect(repaired).toMatchObject({ state: "paused", reason: null });
    await bench.schedules.resume("ada", broken.id);
    bench.pass(HOUR_MS);
    await bench.sweep();
    expect(await bench.fired(broken.id)).toEqual([2 * HOUR_MS]);
  });

  test("pauses when its input does not parse any more", async () => {
    const bench = aScheduleBench();
    const { id } = await bench.create();
    bench.changeInput(z.int().min(5));
    bench.pass(HOUR_MS);
    await bench.sweep();
    expect(await bench.read(id)).toMatchObject({ state: "paused", reason: { code: "invalid_request" } });
  });

  test("pauses when its file is gone", async () => {
    const bench = aScheduleBench();
    const { id } = await bench.create({ input: { size: 1, fileId: "file_1" } });
    expect(bench.held).toEqual([`file_1 by ${id}`]);
    bench.files.delete("file_1");
    bench.pass(HOUR_MS);
    await bench.sweep();
    expect(await bench.read(id)).toMatchObject({ state: "paused", reason: { code: "file_not_found" } });
  });

  test("tries again while its owner has too many jobs, and loses no instant", async () => {
    const bench = aScheduleBench(undefined, { maxActive: 2 });
    const { id } = await bench.create({ overlap: "allow", catchUp: { all: 9 } });
    bench.pass(3 * HOUR_MS);
    await bench.sweep();
    await bench.sweep();
    expect(await bench.fired(id)).toEqual([HOUR_MS, 2 * HOUR_MS]);
    expect(await bench.read(id)).toMatchObject({
      state: "active",
      lastFired: { at: NOW + 2 * HOUR_MS },
      lastSkipped: { at: NOW + 3 * HOUR_MS, reason: "quota_exceeded" },
      nextTimes: [3, 4, 5, 6, 7].map((hours) => NOW + hours * HOUR_MS),
    });
    await bench.finishAll();
    await bench.sweep();
    expect(await bench.jobs()).toHaveLength(2);
    bench.pass(MINUTE_MS);
    await bench.sweep();
    expect(await bench.fired(id)).toEqual([HOUR_MS, 2 * HOUR_MS, 3 * HOUR_MS]);
  });

  test("stays due where the fault is ours", async () => {
    const bench = aScheduleBench();
    const { id } = await bench.create();
    bench.changeInput(
      z.int().refine(() => {
        throw new TypeError("a mistake in a definition");
      }),
    );
    bench.pass(HOUR_MS);
    await expect(bench.sweep()).rejects.toThrow("a mistake in a definition");
    bench.changeInput(z.int());
    await bench.sweep();
    expect(await bench.fired(id)).toEqual([HOUR_MS]);
  });
});
