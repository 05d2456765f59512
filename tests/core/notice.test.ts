import { describe, expect, test } from "vitest";
import { eventOf } from "@/lib/core/job-event";
import { noticeOf } from "@/lib/core/notice";
import { aJob } from "@/tests/support/builders";

const silent = () => null;

describe("noticeOf", () => {
  test("says that a result is ready, or what its author says of it", () => {
    const job = aJob("completed", { output: { value: { rows: 7 } } });
    const notice = { kind: "success", title: "Import: done", message: "Its result is ready." };
    expect(noticeOf("Import", eventOf(job), job, silent)).toEqual(notice);
    const say = (output: unknown) => ({ kind: "warning" as const, message: JSON.stringify(output) });
    const said = { kind: "warning", title: "Import: done", message: '{"rows":7}' };
    expect(noticeOf("Import", eventOf(job), job, say)).toEqual(said);
  });

  test("does not read a large result for its words", () => {
    const job = aJob("completed", { output: { file: "jobs/a/result", bytes: 99_999 } });
    const notice = noticeOf("Import", eventOf(job), job, () => expect.fail("there is nothing to put into words"));
    expect(notice.message).toBe("Its result is ready.");
  });

  test("says why a job failed, unless it has been retried since", () => {
    const job = aJob("failed");
    const notice = { kind: "error", title: "Import: failed", message: "It is broken." };
    expect(noticeOf("Import", eventOf(job), job, silent)).toEqual(notice);
    const retried = aJob("running", { id: job.id });
    expect(noticeOf("Import", eventOf(job), retried, silent).message).toBe("It has been retried since.");
    const again = aJob("failed", { id: job.id, finishedAt: job.finishedAt + 1 });
    expect(noticeOf("Import", eventOf(job), again, silent).message).toBe("It has been retried since.");
    const done = aJob("completed", { id: job.id, finishedAt: job.finishedAt });
    expect(noticeOf("Import", eventOf(job), done, silent).message).toBe("It has been retried since.");
  });

  test("says that a job was cancelled", () => {
    const job = aJob("cancelled");
    const notice = { kind: "info", title: "Import: cancelled", message: "It was stopped before its end." };
    expect(noticeOf("Import", eventOf(job), job, silent)).toEqual(notice);
  });
});
