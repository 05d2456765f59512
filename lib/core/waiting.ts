import { isFinished, type Job, type JobIn } from "@/lib/core/job";
import { factsOf } from "@/lib/core/job-facts";
import { queue } from "@/lib/core/state-machine";
import { deliver, isKnown, keep, runOut, take, type Wake } from "@/lib/core/wake";

/** Lets a job go on whose time has come; null if it has not, or if it is not time that the job waits for. */
export function promote(job: Job, now: number): JobIn<"queued"> | null {
  if (job.state === "waiting") return endWait(job, job, now);
  if (job.state !== "scheduled" && job.state !== "retrying") return null;
  return job.runAt <= now ? queue(job, now) : null;
}

/** Wakes a job that waits for this, and keeps the wake for any other. One that is known already changes nothing. */
export function wake(job: Job, wake: Wake, { now }: { now: number }): Job | "finished" | "too_many_wakes" {
  if (isKnown(job.wakes, wake)) return job;
  if (isFinished(job)) return "finished";
  if (job.state === "waiting" && job.waitFor?.name === wake.name) {
    return queue({ ...job, wakes: deliver(job.wakes, job.waitFor, wake) }, now);
  }
  const wakes = keep(job.wakes, wake);
  return wakes ? { ...job, wakes } : "too_many_wakes";
}

/** Pauses at once, or asks the worker to; null if the job has ended. A cancel that was asked for stays. */
export function pause(job: Job, { now }: { now: number }): Job | null {
  switch (job.state) {
    case "completed":
    case "failed":
    case "cancelled":
      return null;
    case "paused":
      return job;
    case "running":
      return job.stop ? job : { ...job, stop: "pause" };
    case "queued":
      return { ...factsOf(job), state: "paused", from: { state: "queued" }, updatedAt: now };
    case "waiting": {
      const { runAt, waitFor } = job;
      return { ...factsOf(job), state: "paused", from: { state: "waiting", runAt, waitFor }, updatedAt: now };
    }
    case "retrying": {
      const { runAt, error } = job;
      return { ...factsOf(job), state: "paused", from: { state: "retrying", runAt, error }, updatedAt: now };
    }
    default:
      return { ...factsOf(job), state: "paused", from: { state: job.state, runAt: job.runAt }, updatedAt: now };
  }
}

/** Lets a paused job go on where it came from, or takes a pause back; null if there is nothing to resume. */
export function resume(job: Job, { now }: { now: number }): Job | null {
  if (job.state === "running" && job.stop === "pause") return { ...job, stop: null };
  if (job.state !== "paused") return null;
  const { from } = job;
  if (from.state === "queued") return queue(job, now);
  if (from.state === "waiting") return endWait(job, from, now) ?? { ...factsOf(job), ...from, updatedAt: now };
  if (from.runAt <= now) return queue(job, now);
  return { ...factsOf(job), ...from, updatedAt: now };
}

/** A wake that came while nobody could hear it counts before the time that ran out. */
function endWait(
  job: Job,
  { runAt, waitFor }: Pick<JobIn<"waiting">, "runAt" | "waitFor">,
  now: number,
): JobIn<"queued"> | null {
  const wakes = waitFor && take(job.wakes, waitFor);
  if (wakes) return queue({ ...job, wakes }, now);
  if (runAt === null || runAt > now) return null;
  return queue(waitFor ? { ...job, wakes: runOut(job.wakes, waitFor) } : job, now);
}
