import { describe, expect, test } from "vitest";
import { createKeepsFile } from "@/lib/schedules/keeps-file";
import { aSchedule, aScheduleBench, HOUR_MS } from "@/tests/schedules/schedule-bench";
import { NOW } from "@/tests/support/builders";

const hours = (...numbers: readonly number[]) => numbers.map((hour) => NOW + hour * HOUR_MS);

describe("a new schedule", () => {
  test("is shown with all that was said, and its next five times", async () => {
    const bench = aScheduleBench();
    const made = await bench.create();
    expect(made).toEqual({
      ...aSchedule(),
      id: made.id,
      state: "active",
      reason: null,
      nextTimes: hours(1, 2, 3, 4, 5),
      lastFired: null,
      lastSkipped: null,
      createdAt: NOW,
      updatedAt: NOW,
    });
    expect(await bench.read(made.id)).toEqual(made);
  });

  test.each([
    ["an expression that cannot be read", { cron: "61 * * * *" }, "cron_invalid"],
    ["an expression that never comes", { cron: "0 0 31 2 *" }, "cron_invalid"],
    ["an unknown zone", { timeZone: "Mars/Base" }, "time_zone_unknown"],
    ["an unknown job", { name: "tests.unknown" }, "unknown_job"],
    ["an input that the job refuses", { input: { size: "big" } }, "invalid_request"],
    ["a file that is not there", { input: { size: 1, fileId: "file_2" } }, "file_not_found"],
  ])("is refused with %s", async (_name, wishes, code) => {
    const bench = aScheduleBench();
    await expect(bench.create(wishes)).rejects.toMatchObject({ code });
    expect((await bench.schedules.list("ada", { cursor: null, limit: 9 })).schedules).toEqual([]);
  });
});

describe("a changed schedule", () => {
  test("fires at its new times from now on", async () => {
    const bench = aScheduleBench();
    const { id } = await bench.create();
    bench.pass(2 * HOUR_MS);
    const changed = await bench.schedules.change("ada", id, { cron: "30 * * * *" });
    expect(changed).toMatchObject({
      nextTimes: hours(2.5, 3.5, 4.5, 5.5, 6.5),
      updatedAt: NOW + 2 * HOUR_MS,
      input: { size: 1 },
    });
    await bench.sweep();
    expect(await bench.jobs()).toEqual([]);
  });

  test("still fires what is overdue if its times stay", async () => {
    const bench = aScheduleBench();
    const { id } = await bench.create();
    bench.pass(HOUR_MS);
    expect(await bench.schedules.change("ada", id, { input: { size: 2 } })).toMatchObject({
      nextTimes: hours(1, 2, 3, 4, 5),
    });
    await bench.sweep();
    expect(await bench.jobs()).toMatchObject([{ input: { size: 2 } }]);
  });

  test("stays as it was if the change is refused", async () => {
    const bench = aScheduleBench();
    const made = await bench.create();
    await expect(bench.schedules.change("ada", made.id, { cron: "never" })).rejects.toMatchObject({
      code: "cron_invalid",
    });
    await expect(bench.schedules.change("ada", made.id, { input: {} })).rejects.toMatchObject({
      code: "invalid_request",
    });
    expect(await bench.read(made.id)).toEqual(made);
  });

  test("keeps the files that it names now, and no others", async () => {
    const bench = aScheduleBench();
    const keepsFile = createKeepsFile(bench);
    const file = { owner: "ada", id: "file_1" };
    const { id } = await bench.create({ input: { size: 1, fileId: "file_1" } });
    expect(await keepsFile(id, file)).toBe(true);
    expect(await keepsFile(id, { ...file, owner: "bob" })).toBe(false);
    await bench.schedules.change("ada", id, { input: { size: 1 } });
    expect(await keepsFile(id, file)).toBe(false);
    await bench.schedules.change("ada", id, { input: { size: 1, fileId: "file_1" } });
    expect(bench.held).toEqual([`file_1 by ${id}`, `file_1 by ${id}`]);
    await bench.schedules.remove("ada", id);
    expect(await keepsFile(id, file)).toBe(false);
  });
});

describe("a paused schedule", () => {
  test("fires nothing, and goes on with the next instant once it is resumed", async () => {
    const bench = aScheduleBench();
    const { id } = await bench.create({ catchUp: { all: 9 } });
    const paused = { state: "paused", reason: null, nextTimes: [] };
    expect(await bench.schedules.pause("ada", id)).toMatchObject(paused);
    expect(await bench.schedules.pause("ada", id)).toMatchObject(paused);
    bench.pass(3 * HOUR_MS);
    await bench.sweep();
    const resumed = { state: "active", nextTimes: hours(4, 5, 6, 7, 8) };
    expect(await bench.schedules.resume("ada", id)).toMatchObject(resumed);
    expect(await bench.schedules.resume("ada", id)).toMatchObject(resumed);
    await bench.sweep();
    expect(await bench.jobs()).toEqual([]);
  });
});

describe("a schedule that is run now", () => {
  test("makes a job beside its instants, once for each key, paused or not", async () => {
    const bench = aScheduleBench();
    const { id } = await bench.create({ overlap: "allow" });
    await bench.schedules.pause("ada", id);
    const first = await bench.schedules.run("ada", id, "k");
    expect(first).toMatchObject({ isNew: true, job: { name: "tests.report", input: { size: 1 }, owner: "ada" } });
    expect((await bench.schedules.run("ada", id, "k")).job.id).toBe(first.job.id);
    const others = [await bench.schedules.run("ada", id, "l"), await bench.schedules.run("ada", id, null)];
    expect(new Set([first, ...others].map(({ job }) => job.id)).size).toBe(3);
    expect(await bench.jobs()).toHaveLength(3);
  });

  test("answers the unfinished job where two may not run at once", async () => {
    const bench = aScheduleBench();
    const { id } = await bench.create({ overlap: "skip" });
    bench.pass(HOUR_MS);
    await bench.sweep();
    const [fired] = await bench.jobs();
    expect(await bench.schedules.run("ada", id, null)).toMatchObject({ isNew: false, job: { id: fired?.id } });
  });
});

test("another owner's schedule is not found by any verb", async () => {
  const bench = aScheduleBench();
  const { id } = await bench.create();
  const { read, change, pause, resume, remove, run } = bench.schedules;
  const tries = [
    read("bob", id),
    change("bob", id, {}),
    pause("bob", id),
    resume("bob", id),
    remove("bob", id),
    run("bob", id, null),
  ];
  for (const tried of tries) await expect(tried).rejects.toMatchObject({ code: "not_found" });
  await remove("ada", id);
  await expect(read("ada", id)).rejects.toMatchObject({ code: "not_found" });
});
