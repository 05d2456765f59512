import type { Dispatcher } from "@/lib/core/dispatcher";
import type { FileStore } from "@/lib/core/file-store";
import type { FinishedJob, JobId } from "@/lib/core/job";
import type { JobStore } from "@/lib/core/job-store";
import { createBulk } from "@/lib/queue/bulk";
import { createBulkDesks } from "@/lib/queue/bulk-desk";
import { createCancelChildren } from "@/lib/queue/cancel-children";
import { createCheck } from "@/lib/queue/check";
import { createControl } from "@/lib/queue/control";
import { createChildren } from "@/lib/queue/create-children";
import { createFailures } from "@/lib/queue/failures";
import type { FileHolds } from "@/lib/queue/file-holds";
import { createList } from "@/lib/queue/list";
import { createPublish } from "@/lib/queue/publish";
import { createRead } from "@/lib/queue/read";
import { createReadOutput } from "@/lib/queue/read-output";
import { createRemove } from "@/lib/queue/remove";
import { createSubmit } from "@/lib/queue/submit";
import type { Submittable } from "@/lib/queue/to-new-job";
import { createWake } from "@/lib/queue/wake";
import { createWatch } from "@/lib/queue/watch";

export interface QueueDeps {
  readonly store: Pick<
    JobStore,
    | "enqueue"
    | "get"
    | "getMany"
    | "children"
    | "controlMany"
    | "list"
    | "walk"
    | "failureGroups"
    | "control"
    | "wake"
    | "forget"
    | "forgetFiles"
  >;
  readonly dispatcher: Dispatcher;
  readonly definitions: ReadonlyMap<string, Submittable>;
  /** Where jobs have written their datasets and large results. */
  readonly files: Pick<FileStore, "read" | "deleteAll">;
  readonly userFiles: FileHolds;
  readonly clock: () => number;
  readonly newJobId: () => JobId;
  readonly newWakeId: () => string;
  /** How many unfinished jobs an owner may have; as many as he likes without it. */
  readonly maxActive?: number | undefined;
  readonly log: { warn(event: string, fields: Readonly<Record<string, unknown>>): void };
}

/** What callers may do with jobs. Every verb sees one owner's jobs only, others are not found; but for `wake` with the owner null, `removeExpired` and `removeLate`. */
export function createQueue(deps: QueueDeps) {
  const publish = createPublish(deps);
  const read = createRead(deps);
  const { remove, erase, eraseLate } = createRemove(deps);
  const submit = createSubmit({ ...deps, publish });
  const control = createControl({ ...deps, publish });
  // Whoever has as many unfinished jobs as he may have needs this one most: to cancel them.
  const submitBeyondLimit = createSubmit({ ...deps, publish, maxActive: undefined });
  const bulkDeskOf = createBulkDesks({ ...deps, control, remove });
  return {
    check: createCheck(deps),
    submit,
    read,
    watch: createWatch({ ...deps, read }),
    readOutput: createReadOutput({ ...deps, read }),
    list: createList(deps),
    failures: createFailures(deps),
    control,
    bulk: createBulk({ ...deps, submit: submitBeyondLimit, deskOf: bulkDeskOf }),
    bulkDeskOf,
    wake: createWake({ ...deps, publish }),
    remove,
    childrenOf: createChildren({ ...deps, publish }),
    cancelChildren: createCancelChildren({ ...deps, publish }),
    removeLate: eraseLate,
    /** Removes all that a job has left, once it has been kept long enough; its input may serve other jobs yet. */
    async removeExpired(job: FinishedJob): Promise<void> {
      await erase(job, { deleteUnused: false });
    },
  };
}
