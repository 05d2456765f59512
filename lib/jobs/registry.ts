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

export const definitions: ReadonlyMap<string, JobDefinition<Services>> = byName(DEFINITIONS);
