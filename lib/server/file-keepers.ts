import { JobId } from "@/lib/core/job";
import type { JobStore } from "@/lib/core/job-store";
import type { RecordStore } from "@/lib/core/record-store";
import { createKeepsFile } from "@/lib/schedules/keeps-file";

interface KeepersDeps {
  readonly store: Pick<JobStore, "get">;
  readonly records: Pick<RecordStore, "get">;
}

/** Tells whether whoever holds a file, a job or a schedule, is still there to keep it. */
export function createFileKeepers({ store, records }: KeepersDeps) {
  const keepsFile = createKeepsFile({ records });
  return async function isKept(
    holderId: string,
    file: { readonly owner: string; readonly id: string },
  ): Promise<boolean> {
    const jobId = JobId.safeParse(holderId);
    return jobId.success ? (await store.get(jobId.data)) !== null : keepsFile(holderId, file);
  };
}
