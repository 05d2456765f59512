import { beforeEach, describe, expect, test } from "vitest";
import type { JobId } from "@/lib/core/job";
import { StoreUnavailableError } from "@/lib/core/ledger";
import { OPERATOR } from "@/lib/core/owner";
import { setUpBulk } from "@/tests/jobs/bulk-bench";
import { aClaim, aNewJob } from "@/tests/support/builders";

let bench: ReturnType<typeof setUpBulk>;
beforeEach(() => {
  bench = setUpBulk();
});

const outputOf = async (id: JobId) => {
  const job = await bench.jobOf(id);
  return job?.state === "completed" ? job.output : job;
};
const all = (count: number, state: string) => Array.from({ length: count }, () => state);

describe("jobs.bulk", () => {
  test("retries what has failed, from the checkpoint", async () => {
    const ids = await bench.failed(120);
    const others = await bench.failed(1, { owner: "bob" });
    const id = await bench.start("retry");
    await bench.drain();
    expect(await outputOf(id)).toEqual({ value: { matched: 120, done: 120, skipped: 0, failed: 0, reasons: {} } });
    expect(await bench.statesOf([...ids, ...others])).toEqual([...all(120, "queued"), "failed"]);
  });

  test("deletes what has ended, with all that it has written", async () => {
    const ids = await bench.failed(3, { tags: ["old"] });
    const kept = await bench.failed(1);
    const id = await bench.start("delete", { tag: "old" });
    await bench.drain();
    expect(await outputOf(id)).toMatchObject({ value: { done: 3 } });
    expect(await bench.statesOf([...ids, ...kept])).toEqual([undefined, undefined, undefined, "failed"]);
    expect(bench.deleted.toSorted()).toEqual(ids.map((each) => `jobs/${each}/`).toSorted());
  });

  test("cancels its owner's unfinished jobs, but never itself", async () => {
    const jobs = [aNewJob(), aNewJob({ runAt: bench.now + 60_000 }), aNewJob({ owner: "bob" })];
    await bench.store.enqueue(jobs, bench.now);
    const id = await bench.start("cancel", { before: bench.now + 1 });
    await bench.drain();
    expect(await outputOf(id)).toMatchObject({ value: { matched: 2, done: 2 } });
    expect(await bench.statesOf(jobs.map((job) => job.id))).toEqual(["cancelled", "cancelled", "queued"]);
  });

  test("leaves jobs alone that come to fit after it began", async () => {
    const [early] = await bench.failed(1);
    bench.now += 1;
    const id = await bench.start("retry");
    bench.now += 1;
    const late = await bench.failed(2);
    await bench.drain();
    expect(await outputOf(id)).toMatchObject({ value: { matched: 1, done: 1 } });
    expect(await bench.statesOf([early as JobId, ...late])).toEqual(["queued", "failed", "failed"]);
  });

  test("counts what it had to leave, with the reason, and lists it", async () => {
    const [skipped, broken, gone] = await bench.failed(3);
    const id = await bench.start("retry");
    await bench.drain(async (each) => {
      if (each === skipped) await bench.queue.control(each, "ada", "retry");
      if (each === gone) await bench.queue.remove(each, "ada");
      return each === broken ? { kind: "failed", code: "unexpected" } : undefined;
    });
    const reasons = { not_possible: 1, not_found: 1, unexpected: 1 };
    expect(await outputOf(id)).toEqual({ value: { matched: 3, done: 0, skipped: 2, failed: 1, reasons } });
    const manifest = (await bench.jobOf(id))?.checkpoint.datasets.left ?? [];
    const rows = await Array.fromAsync(bench.files.readRows(id, "left", manifest));
    expect(rows).toEqual([
      { jobId: gone, outcome: "skipped", code: "not_found" },
      { jobId: broken, outcome: "failed", code: "unexpected" },
      { jobId: skipped, outcome: "skipped", code: "not_possible" },
    ]);
  });

  test("passes by the failed children of a job that has begun anew since", async () => {
    const [parent] = await bench.failed(1);
    const of = { id: parent as JobId, stage: "family", round: 0, index: 0, onFailure: "continue" } as const;
    const [child] = await bench.failed(1, { parent: of });
    const id = await bench.start("retry");
    await bench.drain();
    const reasons = { parent_began_anew: 1 };
    expect(await outputOf(id)).toEqual({ value: { matched: 2, done: 1, skipped: 1, failed: 0, reasons } });
    expect(await bench.statesOf([parent as JobId, child as JobId])).toEqual(["queued", "failed"]);
  });

  test("goes on after its worker was killed, and deals with each job once", async () => {
    const ids = await bench.failed(130);
    const id = await bench.start("restart");
    const acted: JobId[] = [];
    await bench.drain((each, number) => {
      if (number > 70) throw new Error("killed");
      acted.push(each);
      return undefined;
    });
    expect(await bench.jobOf(id)).toMatchObject({ state: "running", percent: 38.5 });
    await bench.letLeasesRunOut();
    await bench.drain((each) => {
      acted.push(each);
      return undefined;
    });
    expect(acted.toSorted()).toEqual(ids.toSorted());
    expect(await bench.statesOf(ids)).toEqual(all(130, "queued"));
    expect(await bench.jobOf(id)).toMatchObject({ state: "completed", slices: 2 });
  });

  test("stops at its next commit when it is cancelled; what it has done stays done", async () => {
    const ids = await bench.failed(120);
    const id = await bench.start("retry");
    await bench.drain(async (_each, number) => {
      if (number === 20) await bench.queue.control(id, "ada", "cancel");
      return undefined;
    });
    expect((await bench.jobOf(id))?.state).toBe("cancelled");
    const states = await bench.statesOf(ids);
    expect([
      states.filter((each) => each === "queued").length,
      states.filter((each) => each === "failed").length,
    ]).toEqual([100, 20]);
  });

  test("needs several slices when its time is short, and counts true", async () => {
    await bench.failed(120);
    const id = await bench.start("retry");
    for (let slice = 0; slice < 9; slice += 1) await bench.drain(undefined, 1);
    expect(await outputOf(id)).toMatchObject({ value: { matched: 120, done: 120 } });
  });

  test("may be begun by who has as many unfinished jobs as he may have, one at a time", async () => {
    bench = setUpBulk({ maxActive: 1 });
    await bench.submit();
    await expect(bench.submit({ account: "other" })).rejects.toMatchObject({ code: "quota_exceeded" });
    const [first, second] = [await bench.start("cancel"), await bench.start("delete")];
    const { held } = await bench.store.claim(aClaim({ queue: "bulk", now: bench.now }));
    expect(held).toMatchObject([{ job: { id: first } }]);
    expect(await bench.statesOf([second])).toEqual(["queued"]);
  });

  test("has nothing to do where nothing fits", async () => {
    const id = await bench.start("retry");
    await bench.drain();
    expect(await outputOf(id)).toEqual({ value: { matched: 0, done: 0, skipped: 0, failed: 0, reasons: {} } });
  });
});

describe("an operator's bulk job", () => {
  test("deals with one kind of failure of all owners", async () => {
    const ids = [...(await bench.failed(2)), ...(await bench.failed(2, { owner: "bob" }))];
    const { groups } = await bench.queue.failures.groups(null);
    const fingerprint = groups[0]?.fingerprint ?? "";
    const id = await bench.start("retry", { fingerprint }, OPERATOR);
    await bench.drain();
    expect(await outputOf(id)).toMatchObject({ value: { done: 4 } });
    expect(await bench.statesOf(ids)).toEqual(all(4, "queued"));
  });

  test("cancels what stands in a line, and nothing that comes later", async () => {
    const jobs = Array.from({ length: 7 }, (_, n) => aNewJob({ owner: `o${n}` }));
    await bench.store.enqueue(jobs, bench.now);
    const [first] = (await bench.store.claim(aClaim({ limit: 1, now: bench.now }))).held;
    const id = await bench.start("cancel", { queue: "tests", state: "queued" }, OPERATOR);
    bench.now += 1;
    const late = aNewJob();
    await bench.store.enqueue([late], bench.now);
    await bench.drain();
    expect(await outputOf(id)).toMatchObject({ value: { done: 6 } });
    expect([first?.job.id, await bench.statesOf([late.id])]).toEqual([jobs[0]?.id, ["queued"]]);
  });

  test("deals with one owner's jobs where he is named; an owner who names another gets his own", async () => {
    const [ofAda] = await bench.failed(1);
    const [ofBob] = await bench.failed(1, { owner: "bob" });
    await bench.start("retry", { owner: "bob" }, "ada");
    await bench.drain();
    expect(await bench.statesOf([ofAda as JobId, ofBob as JobId])).toEqual(["queued", "failed"]);
    await bench.start("delete", { owner: "bob" }, OPERATOR);
    await bench.drain();
    expect(await bench.statesOf([ofAda as JobId, ofBob as JobId])).toEqual(["queued", undefined]);
  });

  test.each([
    ["a state of everybody's", "cancel", { state: "running" }],
    ["a queue of everybody's", "delete", { queue: "tests" }],
    ["a retry of what runs", "retry", { state: "running" }],
  ] as const)("is refused for %s", async (_name, verb, filter) => {
    expect(() => bench.queue.bulk.start(OPERATOR, { verb, filter }, null)).toThrow(
      expect.objectContaining({ code: "filter_not_supported" }),
    );
  });
});

describe("the desk of a bulk job", () => {
  test("tells a store that is out of reach from a job that cannot be dealt with", async () => {
    const [id] = await bench.failed(1);
    const job = await bench.jobOf(id as JobId);
    if (!job) throw new Error("There is no such job.");
    bench.onDelete = async () => {
      throw new StoreUnavailableError("timed out");
    };
    const desk = bench.queue.bulkDeskOf("ada");
    await expect(desk.act("delete", job)).rejects.toThrow(StoreUnavailableError);
    bench.onDelete = async () => {
      throw new Error("disk");
    };
    expect(await desk.act("delete", job)).toEqual({ kind: "failed", code: "unexpected" });
    expect(bench.warnings).toEqual([{ event: "bulk_act_failed", jobId: id, verb: "delete", reason: "disk" }]);
  });

  test("looks nowhere without a place to look in", async () => {
    const order = { verb: "delete", filter: { queue: "tests" }, upTo: bench.now } as const;
    await expect(bench.queue.bulkDeskOf(OPERATOR).next(order, null, 1)).rejects.toThrow(RangeError);
  });
});
