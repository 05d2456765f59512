import { byName, refill } from "@/lib/core/by-name";
import type { JobDefinition } from "@/lib/core/definition";
import { isDevelopment } from "@/lib/env";
import { cancelChildren } from "@/lib/jobs/children-cancel";
import type { Services } from "@/lib/jobs/define-job";
import { bulkJobs } from "@/lib/jobs/jobs-bulk";
import { importTransactions } from "@/lib/jobs/transactions-import";
import { readTransactions } from "@/lib/jobs/transactions-read";
import { deliverWebhook } from "@/lib/jobs/webhook-deliver";

/** Every job that this application can run. */
const DEFINITIONS: readonly JobDefinition<Services>[] = [
  importTransactions,
  readTransactions,
  deliverWebhook,
  bulkJobs,
  cancelChildren,
];

const latest = byName(DEFINITIONS);

/** Under `npm run dev` the application that runs already takes up a job that was changed: this module is loaded anew. */
export const definitions: ReadonlyMap<string, JobDefinition<Services>> = isDevelopment() ? refilled() : latest;

function refilled(): ReadonlyMap<string, JobDefinition<Services>> {
  const holder = globalThis as typeof globalThis & { longhaulJobs?: Map<string, JobDefinition<Services>> };
  holder.longhaulJobs ??= new Map();
  refill(holder.longhaulJobs, latest);
  return holder.longhaulJobs;
}
