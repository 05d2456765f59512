import type { Job } from "@/lib/core/job";
import type { JobStore, WakeAnswer } from "@/lib/core/job-store";
import * as waiting from "@/lib/core/waiting";
import { billed } from "@/lib/store/jobs/billing";
import type { Desk } from "@/lib/store/jobs/create-desk";
import { type Decision, type Deps, decideAgain } from "@/lib/store/jobs/decide-again";
import { jobPlace } from "@/lib/store/jobs/places";
import { loadLanes, plan } from "@/lib/store/jobs/plan";
import { putJob } from "@/lib/store/jobs/transition";

type Answer =
  | { readonly kind: "done"; readonly job: Job }
  | Extract<WakeAnswer, { readonly kind: "finished" | "too_many_wakes" }>
  | null;

export function createWake(deps: Deps): JobStore["wake"] {
  return async function wakeJob(id, owner, wake, now) {
    async function decide(desk: Desk): Promise<Decision<Answer> | "later"> {
      await desk.load([jobPlace(id)]);
      const kept = desk.job(id);
      if (!kept || (owner !== null && kept.job.owner !== owner)) return { answer: null, change: null };
      const { job } = kept;
      const after = waiting.wake(job, wake, { now });
      if (after === "finished" || after === "too_many_wakes") return { answer: { kind: after, job }, change: null };
      if (after === job) return { answer: { kind: "done", job }, change: null };
      const noted = billed(after, "control");
      const answer = { kind: "done" as const, job: noted };
      // Where it stands stays as it is: only its record knows of a wake that is kept.
      if (after.state === job.state) return { answer, change: { puts: [putJob(kept.rev, noted)] } };
      await loadLanes(desk, [{ was: job, after: noted }]);
      return plan(desk, { before: kept, after: noted, answer }, now);
    }

    const { answers, kicks } = await decideAgain(deps, [id], { now }, async (_ids, desk) => [await decide(desk)]);
    const answer = answers[0] ?? null;
    return answer?.kind === "done" ? { ...answer, kicks } : answer;
  };
}
