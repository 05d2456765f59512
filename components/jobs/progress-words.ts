import { amountText, doneOfTotal } from "@/components/format/amount-text";
import { durationInWords } from "@/components/format/duration-text";
import { waitsForChildren } from "@/components/jobs/job-words";
import type { JobView, StageView } from "@/lib/contracts/jobs";

const runningStage = ({ stages, stage }: Pick<JobView, "stages" | "stage">): StageView | undefined =>
  stages.find(({ name }) => name === stage) ?? stages.find(({ state }) => state === "running");

/** What goes on right now: `Importing rows: 29.1 MB of 76.5 MB · 2.1 MB/s`. */
export function activityText(job: JobView): string {
  switch (job.state) {
    case "scheduled":
      return "Starts by itself when its time has come.";
    case "queued":
      return "Waits for a free worker.";
    case "paused":
      return "Stands still until you resume it. Nothing is lost.";
    case "waiting":
      if (waitsForChildren(job)) return stageText(job);
      return "Waits for something outside. It goes on by itself.";
    case "retrying":
      return `The last attempt failed: ${job.error?.message ?? "the reason is unknown."} It goes on by itself.`;
    case "completed":
      return "All done.";
    case "failed":
      return "It has stopped. What was committed before is kept.";
    case "cancelled":
      return "It was cancelled. What was committed before is kept.";
    case "running":
      return stageText(job);
  }
}

function stageText(job: JobView): string {
  const stage = runningStage(job);
  if (!stage) return "Getting ready.";
  const parts = [stage.total ? doneOfTotal(stage.done ?? 0, stage.total, stage.unit) : null, rateText(job, stage)];
  const known = parts.filter((part) => part !== null);
  return known.length > 0 ? `${stage.label}: ${known.join(" · ")}` : stage.label;
}

const rateText = ({ progress: { rate } }: JobView, { unit }: StageView): string | null =>
  rate === null || rate <= 0 ? null : `${amountText(rate, unit)}/s`;

export const timeLeftText = (etaMs: number | null): string =>
  etaMs === null ? "" : `${durationInWords(etaMs)} left`.replace(/^a/, "A");

/** The whole of it, for a screen reader. */
export const progressInWords = (percent: number, state: string, activity: string, timeLeft: string): string =>
  [`${Math.floor(percent)} percent`, state, activity.replaceAll(" · ", ", "), timeLeft].filter(Boolean).join(", ");
