import { z } from "zod";
import { type FinishedJob, JobId } from "@/lib/core/job";

/** A job has ended. Written with the end itself, told to listeners at least once, with the same `id` each time. */
export const JobEvent = z.object({
  id: z.string(),
  jobId: JobId,
  state: z.enum(["completed", "failed", "cancelled"]),
  at: z.int(),
});
export type JobEvent = z.infer<typeof JobEvent>;

/** The event of a job's end. A job that is retried and ends again makes another one. */
export const eventOf = ({ id, state, finishedAt }: FinishedJob): JobEvent => ({
  id: `${state}:${finishedAt}:${id}`,
  jobId: id,
  state,
  at: finishedAt,
});

/** Reads an event back from its id, which says it all. */
export function eventFrom(id: string): JobEvent {
  const [state, at, jobId] = id.split(":");
  return JobEvent.parse({ id, state, at: Number(at), jobId });
}
