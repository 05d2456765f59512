import type { JobView } from "@/lib/contracts/jobs";

/** What an upload takes of the one bar that runs through upload and job. */
export const UPLOAD_SHARE = 20;

/** Percent of the bar while a file is sent. */
export const uploadPercent = (sent: number, size: number): number =>
  size === 0 ? 0 : Math.min(UPLOAD_SHARE, (UPLOAD_SHARE * sent) / size);

export const hasUpload = ({ input }: Pick<JobView, "input">): boolean =>
  typeof input === "object" && input !== null && "fileId" in input;

/** Percent of the bar for a job; one that reads an uploaded file begins where the upload ended. */
export function jobPercent(job: Pick<JobView, "input" | "state" | "progress">): number {
  if (job.state === "completed") return 100;
  const start = hasUpload(job) ? UPLOAD_SHARE : 0;
  return Math.min(99.9, start + ((100 - start) * job.progress.percent) / 100);
}

export interface Shown {
  readonly percent: number;
  readonly isFinished: boolean;
  readonly updatedAt: number;
}

const isFinished = ({ state }: Pick<JobView, "state">) =>
  state === "completed" || state === "failed" || state === "cancelled";

/**
 * What the bar shows next. An answer that was overtaken by a later one changes nothing, and the bar
 * falls only where a job that had ended begins again.
 */
export function nextShown(
  before: Shown | null,
  job: Pick<JobView, "input" | "state" | "progress" | "updatedAt">,
): Shown {
  const next = { percent: jobPercent(job), isFinished: isFinished(job), updatedAt: job.updatedAt };
  if (!before) return next;
  if (job.updatedAt < before.updatedAt) return before;
  if (before.isFinished && !next.isFinished) return next;
  return { ...next, percent: Math.max(before.percent, next.percent) };
}
