import { groupsOf, MAX_CHUNK } from "@/lib/core/children";
import { isFinished, type Job, JobId } from "@/lib/core/job";
import type { JobEvent } from "@/lib/core/job-event";
import type { JobStore } from "@/lib/core/job-store";
import { childIds } from "@/lib/queue/child-id";
import { fingerprintOf } from "@/lib/queue/fingerprint";
import type { Publish } from "@/lib/queue/publish";
import { type Submittable, toNewJob } from "@/lib/queue/to-new-job";

interface CancelDeps {
  readonly store: Pick<JobStore, "enqueue" | "get" | "controlMany">;
  readonly definitions: ReadonlyMap<string, Submittable>;
  readonly publish: Publish;
  readonly clock: () => number;
}

interface Ended {
  readonly event: JobEvent;
  readonly job: Job;
}

/** How far a job has come that cancels another's children: the group, and the number in it. */
export interface CancelPlace {
  readonly group: number;
  readonly at: number;
}

/** The job that does it, and whose it is: nobody's who could see it. */
const CANCELLER = "children.cancel";
const NOBODY = "children";
const PAGE = 500;

/** Jobs that have failed or were cancelled take their unfinished children with them. */
export function createCancelChildren({ store, definitions, publish, clock }: CancelDeps) {
  return {
    /** Sees to it for those of these jobs that have spawned. Told twice of an end, it does no more than once. */
    async cancelAfter(ends: readonly Ended[]): Promise<void> {
      const now = clock();
      const left = ends.filter(({ job }) => isGivenUp(job) && groupsOf(job.checkpoint).length > 0);
      if (left.length === 0) return;
      const jobs = left.map(({ event, job }) => {
        const id = JobId.parse(`job_${fingerprintOf(event.id).slice(0, 32)}`);
        const input = { parentId: job.id };
        const submission = { owner: NOBODY, name: CANCELLER, input, fromApi: false };
        return toNewJob(submission, { definition: definitions.get(CANCELLER), id, now });
      });
      const { kicks } = await store.enqueue(jobs, now);
      await publish(kicks);
    },

    /** Cancels some of a job's children, and answers where to go on; null at the end, or if the job goes on again. */
    async cancelSome(parentId: JobId, { group: number, at }: CancelPlace): Promise<CancelPlace | null> {
      const parent = (await store.get(parentId))?.job;
      const group = parent && isGivenUp(parent) ? groupsOf(parent.checkpoint)[number] : undefined;
      if (!parent || !group) return null;
      // Those of a chunk whose commit was lost are there too.
      const last = group.isSealed ? group.made : group.made + MAX_CHUNK;
      const to = Math.min(at + PAGE, last);
      const { kicks } = await store.controlMany(childIds(parentId, group, at, to), parent.owner, "cancel", clock(), {
        id: parentId,
        holds: (job) => job !== null && isGivenUp(job),
      });
      await publish(kicks);
      return to < last ? { group: number, at: to } : { group: number + 1, at: 0 };
    },
  };
}

const isGivenUp = (job: Job) => isFinished(job) && job.state !== "completed";
