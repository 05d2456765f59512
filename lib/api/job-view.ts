import { pollAfterMs } from "@/lib/api/poll-after";
import { stageViews } from "@/lib/api/stage-views";
import type { JobView, StageView } from "@/lib/contracts/jobs";
import { rowsOf } from "@/lib/core/checkpoint";
import type { JobDefinition } from "@/lib/core/definition";
import { isFinished, type Job, type JobError } from "@/lib/core/job";
import { etaMs } from "@/lib/core/progress";

/** What showing a job needs of its definition. */
export type ViewedDefinition = Pick<JobDefinition<never>, "stages" | "datasets">;

/** A job as its owner sees it. A job whose definition is gone is still shown, by what it has recorded. */
export function toJobView(job: Job, definition: ViewedDefinition | undefined, now: number): JobView {
  const { stage, stages } = stageViews(job, definition?.stages ?? namesOf(job));
  const record = job.state === "running" && stage !== null ? job.checkpoint.stages[stage] : undefined;
  return {
    id: job.id,
    name: job.name,
    queue: job.queue,
    state: job.state,
    stage,
    stages,
    progress: {
      percent: job.percent,
      rate: (record?.state === "running" ? record.rate : undefined) ?? null,
      etaMs: etaMs(record),
    },
    stopping: job.state === "running" ? job.stop : null,
    attempt: job.attempt,
    maxAttempts: job.maxAttempts,
    createdAt: job.createdAt,
    startedAt: job.startedAt,
    updatedAt: job.updatedAt,
    finishedAt: isFinished(job) ? job.finishedAt : null,
    runAt: "runAt" in job ? job.runAt : null,
    waitingFor: job.state === "waiting" ? (job.waitFor?.name ?? null) : null,
    expiresAt: isFinished(job) ? job.expiresAt : null,
    error: errorOf(job),
    slices: job.slices,
    commands: Math.ceil(job.commands),
    datasets: countsOf(job, definition),
    input: job.input,
    tags: job.tags,
    fingerprint: job.state === "failed" ? job.fingerprint : null,
    pollAfterMs: pollAfterMs(job, now),
  };
}

const namesOf = (job: Job): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.keys(job.checkpoint.stages).map((name): [string, StageView["label"]] => [name, name]));

/** Rows by dataset, of those that the owner may read. */
const countsOf = (job: Job, definition: ViewedDefinition | undefined): JobView["datasets"] =>
  Object.fromEntries(
    Object.keys(definition?.datasets ?? {}).map((name) => [name, rowsOf(job.checkpoint.datasets[name])]),
  );

function errorOf(job: Job): JobError | null {
  if (job.state === "failed" || job.state === "retrying") return job.error;
  return job.state === "paused" && job.from.state === "retrying" ? job.from.error : null;
}
