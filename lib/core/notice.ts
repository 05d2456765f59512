import { isFinished, type Job } from "@/lib/core/job";
import type { JobEvent } from "@/lib/core/job-event";
import type { Json } from "@/lib/json";

/** What an owner is told, in words. */
export interface Notice {
  readonly kind: "info" | "success" | "warning" | "error";
  readonly title: string;
  readonly message: string;
}

/** What the owner of a job is told of its end. `say` puts a result into words, if the job's author does that. */
export function noticeOf(
  title: string,
  { state, at }: JobEvent,
  job: Job,
  say: (output: Json) => Pick<Notice, "kind" | "message"> | null,
): Notice {
  // It may have been retried since: then what it says now is not about this end.
  const end = isFinished(job) && job.state === state && job.finishedAt === at ? job : null;
  switch (state) {
    case "completed": {
      const said = end?.state === "completed" && "value" in end.output ? say(end.output.value) : null;
      return { kind: "success", message: "Its result is ready.", ...said, title: `${title}: done` };
    }
    case "failed": {
      const message = end?.state === "failed" ? end.error.message : "It has been retried since.";
      return { kind: "error", title: `${title}: failed`, message };
    }
    case "cancelled":
      return { kind: "info", title: `${title}: cancelled`, message: "It was stopped before its end." };
  }
}
