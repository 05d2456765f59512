import { CHILD_STATES, type ChildCounts, groupsOf } from "@/lib/core/children";
import { isFinished, type Job, JobId, type JobIn, type Parent } from "@/lib/core/job";
import { eventOf } from "@/lib/core/job-event";
import { fingerprintOf } from "@/lib/queue/fingerprint";
import { childrenPlace } from "@/lib/store/jobs/places";
import {
  CANCELLER,
  FAMILY,
  outputOfChild,
  PARENT,
  type ParentInput,
  type ParentOutput,
} from "@/tests/simulation/family";
import type { Mirror, RecordChange } from "@/tests/simulation/mirror";
import { groupOf } from "@/tests/support/standing";

const stateOf = (job: Job): keyof ChildCounts => (isFinished(job) ? job.state : "open");

/** Looks after families: what a parent counts, what it says of its children, and whom it leaves behind. */
export function createFamilyAudit(mirror: () => Mirror) {
  /** Children that were removed after their end; they count on. */
  const removed = new Map<string, number>();
  /** Parents that were removed, as they were last. */
  const gone = new Map<JobId, Job>();
  const placeOf = (parent: Parent, state: keyof ChildCounts) => childrenPlace(parent.id, parent, state);

  /** Counters that differ from the records, of groups whose parents are there. A group is known by any child of it. */
  function wrongCounts(groups: readonly Parent[]): string[] {
    const { holdings, jobs, job } = mirror();
    const isOf = (group: Parent) => (child: Job) =>
      child.parent?.id === group.id && child.parent.stage === group.stage && child.parent.round === group.round;
    return groups
      .filter(({ id }) => job(id) !== null)
      .flatMap((group) => {
        const children = jobs().filter(isOf(group));
        return CHILD_STATES.flatMap((state) => {
          const place = placeOf(group, state);
          const expected = (removed.get(place) ?? 0) + children.filter((child) => stateOf(child) === state).length;
          const counted = holdings.countOf(place);
          return counted === expected ? [] : [`${place} counts ${counted} and there are ${expected}`];
        });
      });
  }

  /** Children of these jobs that will go on, but for those that somebody else has retried. */
  function leftBy({ id, retries }: Pick<Job, "id" | "retries">): Job[] {
    const isStopping = (child: Job) => child.state === "running" && child.stop === "cancel";
    return mirror()
      .jobs()
      .filter((child) => child.parent?.id === id && child.retries <= retries)
      .filter((child) => !isFinished(child) && !isStopping(child));
  }

  /** A parent that has completed knows what became of each child, and none of them runs on. */
  function wrongParent(job: JobIn<"completed">): string[] {
    const { count, onFailure } = job.input as ParentInput;
    const { ends, sum, ...counts } = (job.output as { readonly value: ParentOutput }).value;
    const { completed, failed, cancelled } = counts;
    const expected = ends.reduce((total, end, n) => total + (end === "completed" ? outputOfChild(n) : 0), 0);
    const made = groupsOf(job.checkpoint).find(({ stage }) => stage === FAMILY)?.made;
    const mayBeFewer = onFailure === "cancel" && failed > 0;
    const isWhole = completed + failed + cancelled === made && ends.length === made && (made === count || mayBeFewer);
    return [
      ...(isWhole ? [] : [`${job.id} wanted ${count} children, made ${made} and tells of ${JSON.stringify(counts)}`]),
      ...(onFailure === "fail" && completed !== count ? [`${job.id} completed without all its children`] : []),
      ...(sum === expected ? [] : [`${job.id} adds up ${sum} instead of ${expected}`]),
      ...leftBy(job).map((child) => `${job.id} completed while its child ${child.id} is ${child.state}`),
    ];
  }

  /** Once the children of a job that was given up were cancelled, none goes on; unless the job does. */
  function wrongCanceller(canceller: Job): string[] {
    const id = JobId.parse((canceller.input as { readonly parentId: string }).parentId);
    const parent = mirror().job(id);
    if (parent && !(parent.state === "failed" || parent.state === "cancelled")) return [];
    // It was retried, and given up a second time: whom it has spawned since, another job cancels.
    if (parent && canceller.id !== `job_${fingerprintOf(eventOf(parent).id).slice(0, 32)}`) return [];
    const left = leftBy(parent ?? gone.get(id) ?? { id, retries: Number.MAX_SAFE_INTEGER });
    return left.map((child) => `${id} was given up, and its child ${child.id} is ${child.state}`);
  }

  /** One child's word for each group that these jobs belong to. */
  const groupsAmong = (jobs: readonly (Job | null)[]): Parent[] => [
    ...new Map(jobs.flatMap((job) => (job?.parent ? [[groupOf(job), job.parent] as const] : []))).values(),
  ];

  return {
    afterWrite(changes: readonly RecordChange[]): string[] {
      const found: string[] = [];
      for (const { was, now } of changes) {
        if (was?.parent && !now) {
          const place = placeOf(was.parent, stateOf(was));
          removed.set(place, (removed.get(place) ?? 0) + 1);
        }
        if (was?.name === PARENT && !now) gone.set(was.id, was);
        if (now?.state !== "completed" || was?.state === "completed") continue;
        if (now.name === PARENT) found.push(...wrongParent(now));
        if (now.name === CANCELLER) found.push(...wrongCanceller(now));
      }
      return [...found, ...wrongCounts(groupsAmong(changes.map(({ was, now }) => now ?? was)))];
    },

    /** Every group there is. */
    ofAll: (): string[] => wrongCounts(groupsAmong(mirror().jobs())),
  };
}
