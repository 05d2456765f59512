import { describe, expect, test } from "vitest";
import { JOB_STATES, type Job, JobId } from "@/lib/core/job";
import { parseKept, textOf } from "@/lib/store/jobs/job-text";
import { recordOf } from "@/lib/store/jobs/new-job";
import { aJob, aNewJob } from "@/tests/support/builders";

const readBack = (job: Job) => parseKept(job.id, { rev: 1, text: textOf(job) });

/** Every fact that has a default, as it is where it is not that. */
const UNUSUAL: Partial<Job> = {
  priority: 3,
  startedAt: 0,
  attempt: 2,
  losses: 1,
  slices: 4,
  commits: 5,
  commands: 6.5,
  checkpoint: { stages: {}, datasets: { rows: [{ token: "t", parts: 1, rows: 2 }] } },
  percent: 7,
  uniqueKey: "",
  replacedBy: JobId.parse("job_other"),
  limits: { rate: null, attemptMs: 1, jobMs: null },
  begunAttempt: 2,
  attemptRanMs: 8,
  endsBy: 0,
  concurrencyKey: "",
  files: ["file_1"],
  tags: ["a"],
  last: { token: "t", answer: "settled" },
  retries: 9,
  parent: { id: JobId.parse("job_parent"), stage: "s", round: 0, index: 0, onFailure: "fail" },
  wakes: { unread: [], ids: ["w"], woken: null },
};

describe("a job's record", () => {
  test("leaves out what reading it restores", () => {
    const job = recordOf(aNewJob(), { place: 0, commands: 0, now: 1_000 });
    expect(Object.keys(JSON.parse(textOf(job)))).toEqual([
      "id",
      "name",
      "queue",
      "owner",
      "input",
      "maxAttempts",
      "createdAt",
      "updatedAt",
      "state",
      "rank",
    ]);
    expect(readBack(job)).toEqual({ rev: 1, job });
  });

  test.each(JOB_STATES)("of a %s job says all of it", (state) => {
    const plain = aJob(state);
    const unusual = { ...plain, ...UNUSUAL } as Job;
    expect(readBack(plain)).toEqual({ rev: 1, job: plain });
    expect(readBack(unusual)).toEqual({ rev: 1, job: unusual });
    for (const [name, value] of Object.entries(UNUSUAL)) {
      expect(JSON.parse(textOf({ ...plain, [name]: value } as Job))).toHaveProperty(name, value);
    }
  });
});

test("a fact that is damaged is read as if it were missing, or as nobody's and nothing's where it may not be", () => {
  const id = JobId.parse("job_1");
  const damaged = JSON.stringify({
    state: "queued",
    name: "a",
    owner: 7,
    createdAt: "?",
    wakes: 0,
    tags: [1],
    attempt: -1,
  });
  const { job, isDamaged } = parseKept(id, { rev: 1, text: damaged });
  expect(isDamaged).toBe(true);
  expect(job).toMatchObject({ id, name: "a", owner: "unknown", queue: "unknown", createdAt: 0, attempt: 1, tags: [] });
  expect(job.wakes).toEqual({ unread: [], ids: [], woken: null });
  expect(readBack(job)).toEqual({ rev: 1, job });
});
