import { describe, expect, test } from "vitest";
import { type BulkFilter, type BulkVerb, fits, sourceOf, statesOf } from "@/lib/core/bulk";
import { JOB_STATES, type Job } from "@/lib/core/job";
import { aJob, NOW } from "@/tests/support/builders";

const order = (verb: BulkVerb, filter: BulkFilter = {}) => ({ verb, filter, upTo: NOW });

describe("statesOf", () => {
  test("says which states each verb is for", () => {
    const all = (["retry", "restart", "cancel", "delete"] as const).map((verb) => [verb, statesOf(order(verb))]);
    expect(Object.fromEntries(all)).toEqual({
      retry: ["failed"],
      restart: ["failed"],
      cancel: ["scheduled", "queued", "running", "waiting", "retrying", "paused"],
      delete: ["failed", "cancelled", "completed"],
    });
  });

  test("retries cancelled jobs only where that is said", () => {
    expect(statesOf(order("retry", { state: "cancelled" }))).toEqual(["cancelled"]);
  });

  test("is empty where filter and verb exclude each other", () => {
    expect(statesOf(order("retry", { state: "running" }))).toEqual([]);
    expect(statesOf(order("cancel", { fingerprint: "f" }))).toEqual([]);
    expect(statesOf(order("delete", { fingerprint: "f", state: "completed" }))).toEqual([]);
  });
});

describe("sourceOf", () => {
  test.each<[string, Parameters<typeof order>, string | null, ReturnType<typeof sourceOf>]>([
    ["a retry, whose jobs have failed", ["retry", { name: "n" }], "ada", { kind: "failed", owner: "ada" }],
    ["one kind of failure", ["delete", { fingerprint: "f" }], null, { kind: "failed", owner: null, fingerprint: "f" }],
    ["an owner's other jobs", ["cancel", { queue: "q" }], "ada", { kind: "owner", owner: "ada" }],
    ["a line", ["cancel", { queue: "q", state: "queued" }], null, { kind: "queue", queue: "q" }],
    ["everybody's of a queue", ["cancel", { queue: "q" }], null, null],
    ["everybody's of a state", ["cancel", { state: "queued" }], null, null],
    ["everybody's of a name", ["delete", { name: "n" }], null, null],
  ])("knows where to look for %s", (_name, [verb, filter], owner, source) => {
    expect(sourceOf(order(verb, filter), owner)).toEqual(source);
  });
});

describe("fits", () => {
  const failed = aJob("failed", { tags: ["march"], queue: "q", name: "n", fingerprint: "f" });

  test.each<[string, BulkFilter, boolean]>([
    ["its state", { state: "failed" }, true],
    ["another state", { state: "cancelled" }, false],
    ["its name", { name: "n" }, true],
    ["another name", { name: "m" }, false],
    ["its queue", { queue: "q" }, true],
    ["another queue", { queue: "r" }, false],
    ["its tag", { tag: "march" }, true],
    ["another tag", { tag: "april" }, false],
    ["its kind of failure", { fingerprint: "f" }, true],
    ["another kind of failure", { fingerprint: "g" }, false],
    ["an instant behind its beginning", { before: NOW + 1 }, true],
    ["the instant of its beginning", { before: NOW }, false],
  ])("asks for %s", (_name, filter, expected) => {
    expect(fits(failed, order("delete", filter), null)).toBe(expected);
  });

  test("asks whose it is", () => {
    expect([fits(failed, order("retry"), "ada"), fits(failed, order("retry"), "bob")]).toEqual([true, false]);
    const completed = aJob("completed");
    expect(fits(completed, order("delete", { fingerprint: "f" }), null)).toBe(false);
  });

  test.each<[string, Job, BulkVerb, BulkFilter, boolean]>([
    ["failed after it", aJob("failed", { finishedAt: NOW + 1 }), "retry", {}, false],
    ["was submitted after it", aJob("queued", { createdAt: NOW + 1 }), "cancel", {}, false],
    ["has committed since", aJob("running", { updatedAt: NOW + 1 }), "cancel", { state: "running" }, true],
    ["was begun after it", aJob("running", { startedAt: NOW + 1 }), "cancel", { state: "running" }, false],
    ["says nothing of its begin", aJob("running", { startedAt: null }), "cancel", { state: "running" }, true],
    ["came to wait after it", aJob("waiting", { updatedAt: NOW + 1 }), "cancel", { state: "waiting" }, false],
    ["came to wait after it, in whatever state", aJob("waiting", { updatedAt: NOW + 1 }), "cancel", {}, true],
  ])("is bound by the instant of the order: a job that %s", (_name, job, verb, filter, expected) => {
    expect(fits(job, order(verb, filter), null)).toBe(expected);
  });

  test("leaves every state alone that its verb is not for", () => {
    const fitting = JOB_STATES.filter((state) => fits(aJob(state), order("delete"), null));
    expect(fitting).toEqual(["completed", "failed", "cancelled"]);
  });
});
