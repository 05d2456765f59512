import { Job, type JobId } from "@/lib/core/job";
import type { Entry } from "@/lib/core/ledger";

/** A job as it stands in the ledger, with the revision that replacing it must show. */
export interface KeptJob<State extends Job = Job> {
  readonly rev: number;
  readonly job: State;
}

/** Reads a job's record. One that does not parse is our fault: it is reported, never repaired. */
export function parseKept(id: JobId, { rev, text }: Entry): KeptJob {
  try {
    return { rev, job: Job.parse(JSON.parse(text)) };
  } catch (cause) {
    throw new Error(`The record of ${id} is damaged.`, { cause });
  }
}
