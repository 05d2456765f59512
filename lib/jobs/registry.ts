import { byName } from "@/lib/core/by-name";
import type { JobDefinition } from "@/lib/core/definition";
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

/**
 * One for each process, refilled whenever this module is loaded: under `npm run dev` the application that runs already
 * takes up a job that was changed.
 */
const holder = globalThis as typeof globalThis & { longhaulJobs?: Map<string, JobDefinition<Services>> };
const latest = byName(DEFINITIONS);
const known = holder.longhaulJobs ?? new Map<string, JobDefinition<Services>>();
holder.longhaulJobs = known;
known.clear();
for (const [name, definition] of latest) known.set(name, definition);

export const definitions: ReadonlyMap<string, JobDefinition<Services>> = known;
