import type { Job } from "@/lib/core/job";

const between = (least: number, value: number, most: number) => Math.round(Math.min(most, Math.max(least, value)));

/** How long to wait before looking at a job again: often while something moves, 0 when nothing will any more. */
export function pollAfterMs(job: Job, now: number): number {
  switch (job.state) {
    case "completed":
    case "failed":
    case "cancelled":
      return 0;
    case "running":
      return 1_000;
    case "queued":
      // A queue that was slow for a while will hardly be fast within the next second.
      return between(1_000, (now - job.updatedAt) / 10, 5_000);
    case "paused":
      return 5_000;
    case "waiting":
      // What wakes a job may come any moment.
      return between(1_000, (job.runAt ?? Number.POSITIVE_INFINITY) - now, job.waitFor ? 3_000 : 15_000);
    default:
      return between(1_000, job.runAt - now, 15_000);
  }
}
