import type { StageView } from "@/lib/contracts/jobs";
import { isFinished, type Job } from "@/lib/core/job";
import type { StageSpecs } from "@/lib/core/stage";

/** A job's stages in the order of its definition, and the one that it is at: null before its start and once completed. */
export function stageViews(job: Job, specs: StageSpecs): { stage: string | null; stages: StageView[] } {
  const names = Object.keys(specs);
  const at = job.startedAt === null || job.state === "completed" ? null : currentOf(job, names);
  const stages = names.flatMap((name, index): StageView | [] => {
    const spec = specs[name];
    if (typeof spec === "object" && spec.optional && !job.checkpoint.stages[name]) return [];
    return {
      name,
      label: typeof spec === "object" ? spec.label : (spec ?? name),
      state: stateOf(job, name, { isPassed: at !== null && index < at, isAt: index === at }),
      ...countsOf(job, name),
    };
  });
  return { stage: (at === null ? undefined : names[at]) ?? null, stages };
}

/** The stage with a cursor; else the one after the last that is done, for a stage run once leaves no record before. */
function currentOf({ checkpoint }: Job, names: readonly string[]): number | null {
  const running = names.findIndex((name) => checkpoint.stages[name]?.state === "running");
  if (running >= 0) return running;
  const next = names.findLastIndex((name) => checkpoint.stages[name]?.state === "done") + 1;
  return next < names.length ? next : null;
}

/** A stage without a record that the job has gone past was not needed: for its owner it is done. */
function stateOf(job: Job, name: string, place: { isPassed: boolean; isAt: boolean }): StageView["state"] {
  const record = job.checkpoint.stages[name];
  if (job.state === "completed" || place.isPassed || record?.state === "done") return "done";
  return record || (place.isAt && !isFinished(job)) ? "running" : "pending";
}

function countsOf(job: Job, name: string): Pick<StageView, "done" | "failed" | "total" | "unit"> {
  const { done, failed, total, unit } = job.checkpoint.stages[name] ?? {};
  return {
    ...(done === undefined ? {} : { done }),
    ...(failed === undefined ? {} : { failed }),
    ...(total === undefined ? {} : { total }),
    ...(unit === undefined ? {} : { unit }),
  };
}
