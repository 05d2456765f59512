import type { Manifest } from "@/lib/core/checkpoint";
import type { RunningJob } from "@/lib/core/job";
import { JobId } from "@/lib/core/job";
import type { JobStore } from "@/lib/core/job-store";
import { AppError, FatalError } from "@/lib/errors";
import type { Datasets } from "@/lib/files/datasets";
import type { UserFiles } from "@/lib/files/user-files";
import type { Services } from "@/lib/jobs/define-job";
import type { BulkDesk } from "@/lib/queue/bulk-desk";
import type { Deliver } from "@/lib/webhooks/deliver";

interface ServicesDeps {
  readonly store: Pick<JobStore, "completed" | "get">;
  readonly datasets: Datasets;
  readonly userFiles: UserFiles;
  readonly deliver: Deliver;
  readonly pieces: Services["pieces"];
  readonly children: Services["children"];
  readonly deskOf: (owner: string, self: JobId) => BulkDesk;
}

/** What a job may use of the world: everything is bound to its owner, whatever ids its input names. */
export function createServices({ store, datasets, userFiles, deliver, pieces, children, deskOf }: ServicesDeps) {
  async function manifestOf(owner: string, jobId: string, dataset: string): Promise<Manifest> {
    const found = await store.get(JobId.parse(jobId));
    return found?.job.owner === owner ? (found.job.checkpoint.datasets[dataset] ?? []) : [];
  }

  return function servicesFor({ owner, id }: RunningJob): Services {
    return {
      files: {
        stat: (fileId) => userFiles.stat(owner, fileId).catch(failMissing),
        async *read(fileId, range) {
          await userFiles.stat(owner, fileId).catch(failMissing);
          yield* userFiles.read(owner, fileId, range);
        },
      },
      jobs: {
        completed: async (name, key) => (await store.completed(owner, name, key)).map(({ id }) => id),
      },
      webhooks: { deliver: (order, signal) => deliver(owner, order, signal) },
      bulk: deskOf(owner, id),
      datasets: {
        async *rows(jobId, dataset) {
          yield* datasets.rows(jobId, dataset, await manifestOf(owner, jobId, dataset));
        },
        async *parts(jobId, dataset) {
          yield* datasets.parts(jobId, dataset, await manifestOf(owner, jobId, dataset));
        },
        linesOf: datasets.linesOf,
      },
      pieces,
      children,
    };
  };
}

function failMissing(cause: unknown): never {
  if (!(cause instanceof AppError)) throw cause;
  throw new FatalError("file_missing", "The file is not there any more. Upload it again.", { cause });
}
