import { describe, expect, test } from "vitest";
import { FileMissingError } from "@/lib/core/file-store";
import { isFinished, JOB_STATES, Job, JobId } from "@/lib/core/job";
import { StoreUnavailableError } from "@/lib/core/ledger";
import { aJob } from "@/tests/support/builders";

describe("Job", () => {
  test("reads what was written before there were tags and kinds of failures", () => {
    const { tags: _tags, fingerprint: _fingerprint, ...earlier } = aJob("failed");
    expect(Job.parse(earlier)).toEqual({ ...earlier, tags: [], fingerprint: null });
  });

  test("has nine states", () => {
    expect(JOB_STATES).toEqual([
      "scheduled",
      "queued",
      "running",
      "waiting",
      "retrying",
      "paused",
      "completed",
      "failed",
      "cancelled",
    ]);
  });

  test.each(JOB_STATES)("reads a %s job back from its record", (state) => {
    const job = aJob(state);
    expect(Job.parse(JSON.parse(JSON.stringify(job)))).toEqual(job);
  });

  test.each(["running", "retrying", "completed"] as const)("refuses a %s job without what the state means", (state) => {
    const { token, runAt, output, ...job } = aJob(state) as Record<string, unknown>;
    expect(Job.safeParse(job).success).toBe(false);
  });

  test("is finished once it has completed, failed or was cancelled", () => {
    expect(JOB_STATES.filter((state) => isFinished(aJob(state)))).toEqual(["completed", "failed", "cancelled"]);
  });

  test("has an id that says that it is one", () => {
    expect(JobId.safeParse("job_1").success).toBe(true);
    expect(JobId.safeParse("file_1").success).toBe(false);
  });
});

describe("errors of the ports", () => {
  test("say what is missing or out of reach", () => {
    expect(new FileMissingError("jobs/1")).toMatchObject({ name: "FileMissingError", file: "jobs/1" });
    const error = new StoreUnavailableError("timed out", { cause: "socket" });
    expect(error).toMatchObject({
      name: "StoreUnavailableError",
      message: "The store is unavailable: timed out",
      cause: "socket",
    });
  });

  test("are known by their name, wherever they were made", () => {
    const foreign = Object.assign(new Error("out of reach"), { name: "StoreUnavailableError" });
    expect([foreign instanceof StoreUnavailableError, new Error("x") instanceof StoreUnavailableError]).toEqual([
      true,
      false,
    ]);
  });
});
