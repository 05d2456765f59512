import { ImportResult } from "@/components/imports/import-result";
import { GenericResult } from "@/components/jobs/generic-result";
import type { JobView } from "@/lib/contracts/jobs";

/** What a completed job has to show. */
export function JobResult({ job }: { readonly job: JobView }) {
  return job.name === "transactions.import" ? <ImportResult job={job} /> : <GenericResult job={job} />;
}
