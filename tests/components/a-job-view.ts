import { JobView } from "@/lib/contracts/jobs";

/** A running import at 30 percent of its rows; name only what the test is about. */
export const aJobView = (over: Partial<Omit<JobView, "id">> & { readonly id?: string } = {}): JobView =>
  JobView.parse({
    id: "job_1",
    name: "transactions.import",
    queue: "imports",
    state: "running",
    stage: "import",
    stages: [
      { name: "inspect", label: "Reading the file", state: "done" },
      { name: "import", label: "Importing rows", state: "running", done: 3_000_000, total: 10_000_000, unit: "bytes" },
      { name: "summarise", label: "Adding up", state: "pending" },
    ],
    progress: { percent: 30, rate: 1_000_000, etaMs: 7_000 },
    stopping: null,
    attempt: 1,
    maxAttempts: 5,
    createdAt: 1_000,
    startedAt: 2_000,
    updatedAt: 5_000,
    finishedAt: null,
    runAt: null,
    waitingFor: null,
    expiresAt: null,
    error: null,
    slices: 1,
    commands: 14,
    datasets: { transactions: 40_000, rejected: 0 },
    input: { fileId: "file_1", account: "Main account" },
    tags: [],
    fingerprint: null,
    pollAfterMs: 20,
    ...over,
  });

export const aCompletedJobView = (over: Parameters<typeof aJobView>[0] = {}) =>
  aJobView({
    state: "completed",
    stage: null,
    stages: [
      { name: "inspect", label: "Reading the file", state: "done" },
      { name: "import", label: "Importing rows", state: "done" },
      { name: "summarise", label: "Adding up", state: "done" },
    ],
    progress: { percent: 100, rate: null, etaMs: null },
    updatedAt: 9_000,
    finishedAt: 9_000,
    expiresAt: 90_000_000,
    pollAfterMs: 0,
    ...over,
  });
