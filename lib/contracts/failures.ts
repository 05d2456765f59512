import { z } from "zod";
import { defineContract } from "@/lib/contracts/contract";
import { JobView } from "@/lib/contracts/jobs";

/** Jobs of one name that failed for the same reason; `example` is the latest of them. */
const FailureGroupView = z.object({
  fingerprint: z.string(),
  count: z.int(),
  firstAt: z.int(),
  lastAt: z.int(),
  example: JobView,
});

/** `GET /api/failures`: the caller's own failed jobs by what went wrong, the latest kind first; `GET /api/ops/failures`: everybody's. */
export const listFailures = defineContract({
  /** Unless `isWhole`, there are older failures that were not looked at. */
  reply: z.object({ groups: z.array(FailureGroupView), isWhole: z.boolean() }),
});

/** `GET /api/failures/:fingerprint/jobs`, `GET /api/ops/failures/:fingerprint/jobs`: newest first. A page may be short. */
export const listFailedJobs = defineContract({
  params: z.object({ fingerprint: z.string().max(100) }),
  query: z.object({
    cursor: z.string().max(400).optional(),
    limit: z.coerce.number().pipe(z.int().min(1).max(100)).default(20),
  }),
  reply: z.object({ jobs: z.array(JobView), cursor: z.string().nullable() }),
});
