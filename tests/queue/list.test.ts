import { beforeEach, describe, expect, test } from "vitest";
import { JobId } from "@/lib/core/job";
import type { JobFilter } from "@/lib/queue/list";
import { setUpQueue } from "@/tests/queue/set-up-queue";

let bench: ReturnType<typeof setUpQueue>;
beforeEach(() => {
  bench = setUpQueue();
});

/** Submits so many jobs, every `every`-th of them red, each a millisecond later. */
async function submitMany(count: number, every: number) {
  for (let i = 0; i < count; i += 1) {
    bench.now += i % 3 === 0 ? 1 : 0; // some of the same millisecond
    const input = { color: i % every === 0 ? "red" : "blue", i };
    await bench.queue.submit({ owner: "ada", name: "tests.anything", input, fromApi: true });
  }
}

/** All ids, page by page, and the size of every page. */
async function pages(filter: JobFilter, limit: number) {
  const ids: string[] = [];
  const sizes: number[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof bench.queue.list>> = await bench.queue.list("ada", {
      ...filter,
      cursor,
      limit,
    });
    ids.push(...page.jobs.map((job) => job.id));
    sizes.push(page.jobs.length);
    cursor = page.cursor;
  } while (cursor !== null);
  return { ids, sizes };
}

describe("list", () => {
  test("pages through all jobs, newest first, none twice", async () => {
    await submitMany(25, 2);
    const { ids, sizes } = await pages({}, 10);
    expect([new Set(ids).size, sizes]).toEqual([25, [10, 10, 5]]);
    const jobs = await Promise.all(ids.map((id) => bench.store.get(JobId.parse(id))));
    const instants = jobs.map((found) => found?.job.createdAt ?? 0);
    expect(instants).toEqual(instants.toSorted((a, b) => b - a));
  });

  test.each([1, 2, 3, 7, 60])("finds every job that fits the filter once, with pages of %i", async (limit) => {
    await submitMany(230, 4);
    const { ids, sizes } = await pages({ q: "RED" }, limit);
    expect([ids.length, new Set(ids).size]).toEqual([58, 58]);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(limit);
  });

  test("looks at a bounded number of jobs for one page, and goes on from there", async () => {
    await submitMany(620, 1_000);
    const first = await bench.queue.list("ada", { q: "red", cursor: null, limit: 5 });
    expect([first.jobs.length, typeof first.cursor]).toEqual([0, "string"]);
    const second = await bench.queue.list("ada", { q: "red", cursor: first.cursor, limit: 5 });
    expect(second.jobs.map((job) => job.id)).toEqual(["job_1"]);
  });

  test("filters by state, name, queue and a part of the id", async () => {
    await submitMany(3, 2);
    const { job } = await bench.submit();
    await bench.queue.control(job.id, "ada", "pause");
    const only = async (filter: JobFilter) => (await pages(filter, 10)).ids;
    expect(await only({ state: "paused" })).toEqual(["job_4"]);
    expect(await only({ name: "tests.copy" })).toEqual(["job_4"]);
    expect(await only({ queue: "tests" })).toHaveLength(4);
    expect(await only({ queue: "others" })).toEqual([]);
    expect(await only({ q: "JOB_4" })).toEqual(["job_4"]);
    expect(await only({ state: "queued", q: "blue" })).toEqual(["job_2"]);
  });

  test("shows nobody else's jobs", async () => {
    await submitMany(2, 2);
    expect(await bench.queue.list("bob", { cursor: null, limit: 10, q: "red" })).toEqual({ jobs: [], cursor: null });
  });
});
