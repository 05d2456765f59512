import { childrenWake } from "@/lib/core/children";
import { isFinished, type Job, type Parent } from "@/lib/core/job";
import type { Kick } from "@/lib/core/job-store";
import type { Deps } from "@/lib/store/jobs/decide-again";
import { childrenPlace } from "@/lib/store/jobs/places";
import { createWake } from "@/lib/store/jobs/wake";

interface Told {
  readonly kicks: readonly Kick[];
  /** Parents that may go on now. */
  readonly woken: readonly Job[];
}

/**
 * Wakes parents that may have waited for those of these jobs that have ended; one read tells whose children all have.
 * A parent that nobody wakes, because this worker dies here, looks for itself after a while; one that is woken
 * for nothing looks and waits again.
 */
export async function tellParents(deps: Deps, jobs: readonly (Job | null)[], now: number): Promise<Told> {
  const ended = jobs.flatMap((job) =>
    job?.parent && isFinished(job) ? [{ parent: job.parent, state: job.state }] : [],
  );
  if (ended.length === 0) return { kicks: [], woken: [] };
  const groups = [...Map.groupBy(ended, ({ parent }) => childrenPlace(parent.id, parent, "open"))];
  const open = await deps.ledger.counters(groups.map(([place]) => place));
  const wake = createWake(deps);
  const kicks: Kick[] = [];
  const woken: Job[] = [];
  for (const [i, [, children]] of groups.entries()) {
    const [first] = children;
    if (!first || (open[i] !== 0 && !children.some(endsItsParent))) continue;
    const hint = { id: null, name: childrenWake(first.parent.stage), payload: null };
    const answer = await wake(first.parent.id, null, hint, now);
    if (answer?.kind !== "done") continue;
    kicks.push(...answer.kicks);
    if (answer.job.state === "queued" && answer.job.wakes.woken?.name === hint.name) woken.push(answer.job);
  }
  return { kicks, woken };
}

const endsItsParent = ({ parent: { onFailure }, state }: { parent: Parent; state: Job["state"] }) =>
  onFailure === "fail" ? state !== "completed" : onFailure === "cancel" && state === "failed";
