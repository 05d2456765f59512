import { datasetReply } from "@/lib/api/dataset-reply";
import { handle } from "@/lib/api/handle";
import { refuseAllBut } from "@/lib/api/refuse";
import { readDataset } from "@/lib/contracts/jobs";

/** One page of the rows that a job has written, or all of them as a file. */
export const GET = handle(readDataset, async ({ app, owner, params, query }) => {
  const { job } = await app.queue.read(params.id, owner);
  return datasetReply(app.datasets, job, app.definitions.get(job.name), { ...query, name: params.name });
});

export const { POST, PUT, PATCH, DELETE } = refuseAllBut("GET");
