import { countOf } from "@/components/format/count-text";
import { agoText, durationText } from "@/components/format/duration-text";
import type { JobView } from "@/lib/contracts/jobs";
import { isChildrenWake } from "@/lib/core/children";

export type StateTone = "neutral" | "busy" | "good" | "warn" | "bad";

const TITLES: Readonly<Record<string, string>> = { "transactions.import": "Statement import" };

/** `Statement import` for `transactions.import`; a name nobody translated is spelt out. */
export function jobNameInWords(name: string): string {
  const words = name.replaceAll(/[.\-_]+/g, " ").trim();
  return TITLES[name] ?? (words ? `${words[0]?.toUpperCase()}${words.slice(1)}` : name);
}

/** A text of the job's input: `account`, `fileId`; null if it has none such. */
export function inputText({ input }: Pick<JobView, "input">, field: string): string | null {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return null;
  const value = (input as { readonly [key: string]: unknown })[field]; // a list has been ruled out
  return typeof value === "string" ? value : null;
}

export const isFinished = ({ state }: Pick<JobView, "state">): boolean =>
  state === "completed" || state === "failed" || state === "cancelled";

const inTime = (runAt: number | null, now: number) =>
  runAt === null || runAt - now < 1_000 ? "in a moment" : `in ${durationText(runAt - now)}`;

/** Whether it goes on when jobs that it has started have ended. */
export const waitsForChildren = ({ waitingFor }: Pick<JobView, "waitingFor">): boolean =>
  waitingFor !== null && isChildrenWake(waitingFor);

/** The state as one would say it: `Retrying in 12 s (2 of 5)`. */
export function stateInWords(job: JobView, now: number): string {
  switch (job.state) {
    case "scheduled":
      return `Starts ${inTime(job.runAt, now)}`;
    case "queued":
      return job.startedAt === null ? "Queued" : "Queued to go on";
    case "running":
      if (job.stopping === "cancel") return "Cancelling";
      return job.stopping === "pause" ? "Pausing" : "Running";
    case "waiting":
      if (waitsForChildren(job)) return "Waiting for jobs of its own";
      if (job.waitingFor !== null && job.runAt !== null)
        return `Waiting, goes on ${inTime(job.runAt, now)} at the latest`;
      return job.runAt === null ? "Waiting" : `Waiting, goes on ${inTime(job.runAt, now)}`;
    case "retrying":
      return `Retrying ${inTime(job.runAt, now)} (${job.attempt} of ${job.maxAttempts})`;
    case "paused":
      return "Paused";
    case "completed": {
      const rejected = job.datasets.rejected ?? 0;
      return rejected > 0 ? `Completed with ${countOf(rejected, "rejected row", "rejected rows")}` : "Completed";
    }
    case "failed":
      return "Failed";
    case "cancelled":
      return "Cancelled";
  }
}

export function stateTone(job: Pick<JobView, "state" | "datasets">): StateTone {
  switch (job.state) {
    case "running":
      return "busy";
    case "completed":
      return (job.datasets.rejected ?? 0) > 0 ? "warn" : "good";
    case "failed":
      return "bad";
    case "retrying":
      return "warn";
    default:
      return "neutral";
  }
}

/** How long it took, or has taken so far; null before its start. */
export const durationOf = ({ startedAt, finishedAt }: JobView, now: number): string | null =>
  startedAt === null ? null : durationText(Math.max(0, (finishedAt ?? now) - startedAt));

export const updatedText = (at: number, now: number): string => `updated ${agoText(Math.max(0, now - at))}`;
