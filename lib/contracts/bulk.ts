import { z } from "zod";
import { defineContract } from "@/lib/contracts/contract";
import { JobView } from "@/lib/contracts/jobs";
import { BulkFilter } from "@/lib/core/bulk";
import { JobId } from "@/lib/core/job";
import { Json } from "@/lib/json";

const isSaid = (filter: object) => Object.values(filter).some((value) => value !== undefined);
const NOT_ALL = { error: "say which jobs: an empty filter would mean all of them" };

const order = {
  verb: z.enum(["retry", "cancel", "delete"]),
  /** For `retry`. */
  from: z.enum(["checkpoint", "start"]).default("checkpoint"),
  /** Answers how many there are, and does nothing. */
  dryRun: z.boolean().default(false),
};

/** `atLeast`: there are more, which were not counted. */
const Preview = z.object({ count: z.int(), atLeast: z.boolean(), examples: z.array(JobView) });
export type Preview = z.infer<typeof Preview>;

/** `POST /api/jobs/bulk`, with an optional header `Idempotency-Key`: a job that deals with many of the caller's own. */
export const bulkOwn = defineContract({
  body: z.strictObject({ ...order, filter: BulkFilter.omit({ owner: true }).refine(isSaid, NOT_ALL) }),
  reply: z.union([Preview, JobView]),
});

/** `POST /api/ops/jobs/bulk`: the same for the operator, over all owners or the one that the filter names. */
export const bulkAll = defineContract({
  body: z.strictObject({ ...order, filter: BulkFilter.refine(isSaid, NOT_ALL) }),
  reply: bulkOwn.reply,
});

/** `GET /api/ops/jobs/bulk`: what the operator has set going, newest first. */
export const listBulk = defineContract({
  query: z.object({ cursor: z.string().max(200).optional() }),
  reply: z.object({ jobs: z.array(JobView), cursor: z.string().nullable() }),
});

const params = z.object({ id: JobId });

/** `GET /api/ops/jobs/bulk/:id`: one of these; `result` once it has completed. */
export const readBulk = defineContract({
  params,
  reply: z.object({ job: JobView, result: Json }),
});

/** `POST /api/ops/jobs/bulk/:id/cancel` */
export const cancelBulk = defineContract({ params, reply: JobView });
