import { describe, expect, test } from "vitest";
import type { Job } from "@/lib/core/job";
import { eventOf } from "@/lib/core/job-event";
import { deliverWebhook } from "@/lib/jobs/webhook-deliver";
import { createListeners, type JobEnd, type Listener } from "@/lib/server/listeners";
import { aJob, aJobId } from "@/tests/support/builders";

const PARENT = { id: aJobId(), stage: "work", round: 0, index: 0, onFailure: "fail" as const };
const announced = { ...deliverWebhook, isAnnounced: true };

function setUp({ others = [] }: { readonly others?: readonly Listener[] } = {}) {
  const jobs = [
    aJob("completed", { name: "tests.open" }),
    aJob("failed", { name: "tests.internal" }),
    aJob("cancelled", { name: "tests.forgotten" }),
    aJob("completed", { name: "tests.open", parent: PARENT }),
    aJob("failed", { name: "tests.open" }),
  ] as const;
  const told: JobEnd[] = [];
  const logged: string[] = [];
  const seen: string[] = [];
  const tell = createListeners({
    store: {
      getMany: async (ids) =>
        ids.map((id) => jobs.map((job) => ({ rev: 1, job })).find((k) => k.job.id === id) ?? null),
    },
    definitions: new Map([
      ["tests.open", announced],
      ["tests.internal", deliverWebhook],
    ]),
    prune: async () => {},
    cancelChildren: async (ended) => void seen.push(...ended.map(({ job }) => job.id)),
    listeners: [...others, async (ends) => void told.push(...ends)],
    log: { info: (event, fields) => void logged.push(`${event} ${fields?.jobId} ${fields?.code}`) },
  });
  return { jobs, told, logged, seen, tell: () => tell(jobs.map(eventOf)) };
}

const codeOf = (job: Job) => (job.state === "failed" ? job.error.code : undefined);

describe("listeners", () => {
  test("hear of jobs that are announced or not defined any more, but neither of internal ones nor of children", async () => {
    const { jobs, told, logged, seen, tell } = setUp();
    await tell();
    expect(seen).toEqual(jobs.map(({ id }) => id)); // whoever has spawned is looked at, announced or not
    expect(told.map(({ job, definition }) => [job.id, definition])).toEqual([
      [jobs[0].id, announced],
      [jobs[2].id, null],
      [jobs[4].id, announced],
    ]);
    expect(logged).toEqual(jobs.map((job) => `job_${job.state} ${job.id} ${codeOf(job)}`));
  });

  test("hear it also where another one fails, which is told again with all of them", async () => {
    const fails = async () => {
      throw new Error("out of reach");
    };
    const one = setUp({ others: [fails] });
    await expect(one.tell()).rejects.toThrow("out of reach");
    expect([one.told.length, one.logged]).toEqual([3, []]);
    const two = setUp({ others: [fails, fails] });
    await expect(two.tell()).rejects.toThrow("Several listeners failed.");
    expect(two.told).toHaveLength(3);
  });
});
