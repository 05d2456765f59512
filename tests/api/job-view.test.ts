import { describe, expect, test } from "vitest";
import { z } from "zod";
import { toJobView, type ViewedDefinition } from "@/lib/api/job-view";
import { pollAfterMs } from "@/lib/api/poll-after";
import { JobView } from "@/lib/contracts/jobs";
import { type Checkpoint, EMPTY_CHECKPOINT } from "@/lib/core/checkpoint";
import { aJob, NOW } from "@/tests/support/builders";

const definition: ViewedDefinition = {
  stages: {
    inspect: "Reading the file",
    decide: { label: "Looking further", cursor: z.int(), weight: 0 },
    import: { label: "Importing rows", cursor: z.int() },
    summarise: "Adding up",
  },
  datasets: { rows: z.object({ n: z.int() }), rejected: z.object({ n: z.int() }) },
};
const importing = {
  stages: {
    inspect: { state: "done" as const, result: null },
    import: { state: "running" as const, cursor: 3, done: 30, failed: 1, total: 100, unit: "bytes", rate: 7 },
  },
  datasets: {
    rows: [
      { token: "a", parts: 1, rows: 20 },
      { token: "b", parts: 1, rows: 9 },
    ],
    identities: [{ token: "a", parts: 1, rows: 99 }],
  },
};
const statesOf = (view: JobView) => view.stages.map((stage) => stage.state).join(" ");

describe("toJobView", () => {
  test("shows a running job with its stages, counts of its public datasets, rate and time left", () => {
    const job = aJob("running", { checkpoint: importing, percent: 30, commands: 13.2, slices: 2, stop: "pause" });
    const view = toJobView(job, definition, NOW);
    expect(JobView.parse(view)).toEqual({
      id: job.id,
      name: "tests.work",
      queue: "tests",
      state: "running",
      stage: "import",
      stages: [
        { name: "inspect", label: "Reading the file", state: "done" },
        { name: "decide", label: "Looking further", state: "done" },
        { name: "import", label: "Importing rows", state: "running", done: 30, failed: 1, total: 100, unit: "bytes" },
        { name: "summarise", label: "Adding up", state: "pending" },
      ],
      progress: { percent: 30, rate: 7, etaMs: 10_000 },
      stopping: "pause",
      attempt: 1,
      maxAttempts: 3,
      createdAt: NOW,
      startedAt: NOW,
      updatedAt: NOW,
      finishedAt: null,
      runAt: null,
      waitingFor: null,
      expiresAt: null,
      error: null,
      slices: 2,
      commands: 14,
      datasets: { rows: 29, rejected: 0 },
      input: { size: 3 },
      tags: [],
      fingerprint: null,
      pollAfterMs: 1_000,
    });
  });

  test("is before its first stage until it is claimed, then at the first", () => {
    const queued = toJobView(aJob("queued"), definition, NOW);
    const running = toJobView(aJob("running"), definition, NOW);
    expect([queued.stage, statesOf(queued)]).toEqual([null, "pending pending pending pending"]);
    expect([running.stage, statesOf(running)]).toEqual(["inspect", "running pending pending pending"]);
  });

  test("is past all stages once it has completed, also past those it did not need", () => {
    const view = toJobView(aJob("completed", { checkpoint: importing, percent: 100 }), definition, NOW);
    expect([view.stage, statesOf(view), view.progress]).toEqual([
      null,
      "done done done done",
      { percent: 100, rate: null, etaMs: null },
    ]);
  });

  test("does not name an optional stage before it begins", () => {
    const stages = {
      ...definition.stages,
      import: { label: "Importing rows", cursor: z.int(), optional: true },
    };
    const view = (checkpoint: Checkpoint) =>
      toJobView(aJob("running", { checkpoint }), { ...definition, stages }, NOW).stages.map(({ name }) => name);
    expect(view(EMPTY_CHECKPOINT)).not.toContain("import");
    expect(view(importing)).toContain("import");
  });

  test("tells where a failed job stopped, and why", () => {
    const view = toJobView(aJob("failed", { checkpoint: importing }), definition, NOW);
    expect(view).toMatchObject({ stage: "import", error: { code: "broken" }, finishedAt: NOW, runAt: null });
  });

  test("keeps the error and its time while a job waits for its next attempt, and the error while it is paused", () => {
    const error = { code: "down", message: "Down." };
    const retrying = toJobView(aJob("retrying", { error, runAt: NOW + 9 }), definition, NOW);
    const from = { state: "retrying" as const, runAt: NOW + 9, error };
    const paused = toJobView(aJob("paused", { from }), definition, NOW);
    expect([retrying.error, retrying.runAt, paused.error, paused.runAt]).toEqual([error, NOW + 9, error, null]);
  });

  test("says what a job waits for, and until when", () => {
    const waitFor = { stage: "import", name: "paid" };
    const views = [null, NOW + 9].map((runAt) => toJobView(aJob("waiting", { runAt, waitFor }), definition, NOW));
    expect(views.map(({ waitingFor, runAt }) => [waitingFor, runAt])).toEqual([
      ["paid", null],
      ["paid", NOW + 9],
    ]);
  });

  test("shows a job whose definition is gone by what it has recorded, and no dataset", () => {
    const view = toJobView(aJob("running", { checkpoint: importing }), undefined, NOW);
    expect(view.stages.map((stage) => stage.label)).toEqual(["inspect", "import"]);
    expect(view.datasets).toEqual({});
  });
});

describe("pollAfterMs", () => {
  test.each([
    [aJob("completed"), 0],
    [aJob("failed"), 0],
    [aJob("cancelled"), 0],
    [aJob("running"), 1_000],
    [aJob("paused"), 5_000],
    [aJob("queued", { updatedAt: NOW }), 1_000],
    [aJob("queued", { updatedAt: NOW - 30_000 }), 3_000],
    [aJob("queued", { updatedAt: NOW - 3_600_000 }), 5_000],
    [aJob("scheduled", { runAt: NOW + 7_000 }), 7_000],
    [aJob("retrying", { runAt: NOW - 5 }), 1_000],
    [aJob("waiting", { runAt: NOW + 3_600_000 }), 15_000],
    [aJob("waiting", { runAt: null, waitFor: { stage: "a", name: "b" } }), 3_000],
  ])("answers for $state", (job, expected) => {
    expect(pollAfterMs(job, NOW)).toBe(expected);
  });
});
