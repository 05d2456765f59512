import type { ChildResult, Children } from "@/lib/core/children";
import { isHeldBy } from "@/lib/core/condition";
import type { FileStore } from "@/lib/core/file-store";
import type { Job, JobId, RunningJob } from "@/lib/core/job";
import type { JobStore, NewJob } from "@/lib/core/job-store";
import { AppError, FatalError } from "@/lib/errors";
import { Json } from "@/lib/json";
import { childIdOf, childIds } from "@/lib/queue/child-id";
import type { FileHolds } from "@/lib/queue/file-holds";
import type { Publish } from "@/lib/queue/publish";
import { type Submittable, toNewJob } from "@/lib/queue/to-new-job";

export interface ChildrenDeps {
  readonly store: Pick<JobStore, "enqueue" | "getMany" | "children" | "controlMany">;
  readonly definitions: ReadonlyMap<string, Submittable>;
  readonly files: Pick<FileStore, "read">;
  readonly userFiles: Pick<FileHolds, "hold">;
  readonly publish: Publish;
  readonly clock: () => number;
}

/** So many results are read at once. */
const PAGE = 100;

/**
 * What a running job may do with children of its own: they have its owner, and live at least as long as it may need them.
 * A worker that has lost the job makes and moves none of them any more; its next commit tells it.
 */
export function createChildren({ store, definitions, files, userFiles, publish, clock }: ChildrenDeps) {
  /** The parent's files are held by the parent, which outlives its children's need. */
  async function hold(job: NewJob, parent: RunningJob): Promise<NewJob> {
    const own = job.files.filter((file) => !parent.files.includes(file));
    if (own.length > 0) await userFiles.hold(job.owner, own, job.id);
    return { ...job, files: own };
  }

  async function outputOf(job: Extract<Job, { state: "completed" }>): Promise<Json> {
    if ("value" in job.output) return job.output.value;
    const pieces = await Array.fromAsync(files.read(job.output.file));
    return Json.parse(JSON.parse(Buffer.concat(pieces).toString()));
  }

  async function resultOf(job: Job | undefined, place: { index: number; id: JobId }): Promise<ChildResult> {
    switch (job?.state) {
      case undefined:
        return { ...place, state: "deleted" };
      case "completed":
        return { ...place, state: "completed", output: await outputOf(job) };
      case "failed":
        return { ...place, state: "failed", error: job.error };
      case "cancelled":
        return { ...place, state: "cancelled" };
      default:
        return { ...place, state: "unfinished" };
    }
  }

  return function childrenOf(parent: RunningJob): Children {
    const { id, owner } = parent;
    return {
      async enqueue({ onFailure, ...group }, from, wanted) {
        const now = clock();
        const jobs = wanted.map(({ name, input, options }, i): NewJob => {
          const index = from + i;
          const childId = childIdOf(id, group, index);
          const submission = { owner, name, input, options, fromApi: false };
          const job = orFail(index, () =>
            toNewJob(submission, { definition: definitions.get(name), id: childId, now }),
          );
          // Its id says which child it is: a key of its definition would let another job stand for it.
          return { ...job, uniqueKey: null, parent: { id, ...group, index, onFailure } };
        });
        const held: NewJob[] = [];
        for (const job of jobs) held.push(job.files.length > 0 ? await hold(job, parent) : job);
        const { kicks } = await store.enqueue(held, now, isHeldBy(parent));
        await publish(kicks);
      },

      counts: (group) => store.children(id, group),

      async *results(group, from, to) {
        for (let first = from; first < to; first += PAGE) {
          const ids = childIds(id, group, first, Math.min(first + PAGE, to));
          const found = await store.getMany(ids);
          for (const [i, childId] of ids.entries()) {
            yield await resultOf(found[i]?.job, { index: first + i, id: childId });
          }
        }
      },

      async control(group, verb, from, to) {
        const { kicks } = await store.controlMany(
          childIds(id, group, from, to),
          owner,
          verb,
          clock(),
          isHeldBy(parent),
        );
        await publish(kicks);
      },
    };
  };
}

/** What is wrong with a child is its parent's mistake, which trying again does not mend. */
function orFail<Value>(index: number, make: () => Value): Value {
  try {
    return make();
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    throw new FatalError("child_invalid", `Its child ${index} cannot be made: ${cause.message}`, { cause });
  }
}
