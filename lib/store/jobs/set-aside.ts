import type { Job, JobId, JobState } from "@/lib/core/job";
import type { Desk } from "@/lib/store/jobs/create-desk";
import type { Decision } from "@/lib/store/jobs/decide-again";
import type { KeptJob } from "@/lib/store/jobs/job-text";
import { damagedPlace, jobPlace } from "@/lib/store/jobs/places";
import { loadLanes, plan } from "@/lib/store/jobs/plan";
import { DAMAGED_MS, deadLetterOf, salvage } from "@/lib/store/jobs/salvage";
import { ANY } from "@/lib/store/jobs/transition";

interface Damaged<Answer> {
  readonly id: JobId;
  readonly kept: KeptJob;
  /** Where it was found, if it does not say itself. */
  readonly foundIn: JobState;
  readonly answer: (job: Job) => Answer;
  /** Its dead letter's next state, if a caller has asked for one. */
  readonly next?: Job | undefined;
}

/**
 * Makes a dead letter of a damaged record, or what a caller wishes of that: out of its line, lane and counts, with an
 * event that tells of its end. The damaged text is kept beside it for somebody to look at.
 */
export async function setAside<Answer>(
  desk: Desk,
  { id, kept, foundIn, answer, next }: Damaged<Answer>,
  now: number,
): Promise<Decision<Answer> | "later"> {
  const text = desk.entry(jobPlace(id))?.text ?? "";
  const was = salvage(id, text, foundIn);
  const after = next ?? deadLetterOf(was, now);
  await loadLanes(desk, [{ was, after }]);
  const planned = plan(desk, { before: { rev: kept.rev, job: was }, after, answer: answer(after) }, now);
  if (planned === "later") return planned;
  const put = { key: damagedPlace(id), expect: ANY, entry: { rev: 1, text }, expiresAt: now + DAMAGED_MS };
  return { ...planned, change: { ...planned.change, puts: [...(planned.change?.puts ?? []), put] } };
}
