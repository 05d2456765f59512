import { expect, test } from "vitest";
import { eventFrom, eventOf } from "@/lib/core/job-event";
import { aJob, NOW } from "@/tests/support/builders";

test.each(["completed", "failed", "cancelled"] as const)(
  "a job that has %s makes an event whose id says it all",
  (state) => {
    const job = aJob(state);
    const event = eventOf(job);
    expect(event).toEqual({ id: `${state}:${NOW}:${job.id}`, jobId: job.id, state, at: NOW });
    expect(eventFrom(event.id)).toEqual(event);
  },
);

test("a job that ends twice makes two events", () => {
  const job = aJob("failed");
  expect(eventOf({ ...job, finishedAt: NOW + 1 }).id).not.toBe(eventOf(job).id);
});

test.each(["", "completed:1", "running:1:job_1", "completed:soon:job_1", "completed:1:file_1"])(
  "%j is no event's id",
  (id) => {
    expect(() => eventFrom(id)).toThrow();
  },
);
