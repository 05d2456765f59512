import type { Job, JobId } from "@/lib/core/job";
import type { Json } from "@/lib/json";
import type { Schedule } from "@/lib/schedules/schedule";

/** What a schedule asks the queue for. */
export interface ScheduledSubmission {
  readonly id?: JobId | undefined;
  readonly owner: string;
  readonly name: string;
  readonly input: Json;
  readonly options: Schedule["options"];
  readonly fallback: { readonly uniqueKey?: string | undefined; readonly concurrencyKey?: string | undefined };
  readonly fromApi: true;
}

/** The queue, as far as a schedule needs it. What it refuses, it refuses with an AppError. */
export interface JobQueue {
  /** The files that the job would name. */
  check(submission: ScheduledSubmission): readonly string[];
  submit(submission: ScheduledSubmission): Promise<{ readonly job: Job; readonly isNew: boolean }>;
}

/** The tag by which all jobs of a schedule are found. */
const scheduleTag = (id: string) => `schedule:${id}`;

interface Origin {
  readonly owner: string;
  /** The schedule's. */
  readonly id: string;
  readonly jobId?: JobId | undefined;
}

/**
 * The submission of one of a schedule's jobs, checked as any other of its owner. The overlap policy is kept by the
 * store, with a key of the schedule. Where the definition has a key of its own, that one keeps jobs of one input
 * apart already, and all jobs of a schedule have one input.
 */
export function submissionOf(
  { name, input, options, overlap }: Pick<Schedule, "name" | "input" | "options" | "overlap">,
  { owner, id, jobId }: Origin,
): ScheduledSubmission {
  const key = scheduleTag(id);
  const fallback = { skip: { uniqueKey: key }, queue: { concurrencyKey: key }, allow: {} }[overlap];
  const tags = [...(options.tags ?? []), key];
  return { id: jobId, owner, name, input, options: { ...options, tags }, fallback, fromApi: true };
}
