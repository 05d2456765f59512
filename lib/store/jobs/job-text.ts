import { Job, type JobId } from "@/lib/core/job";
import type { Entry } from "@/lib/core/ledger";
import { deadLetterOf, salvage } from "@/lib/store/jobs/salvage";

/** A job as it stands in the ledger, with the revision that replacing it must show. */
export interface KeptJob<State extends Job = Job> {
  readonly rev: number;
  readonly job: State;
  /** What stands in the ledger cannot be read; `job` is the dead letter that is to stand there. */
  readonly isDamaged?: true;
}

/**
 * Reads a job's record. One that does not parse is read as the dead letter that the next write of the store makes of
 * it: a single bad record must stop neither its batch nor its queue.
 */
export function parseKept(id: JobId, { rev, text }: Entry): KeptJob {
  const job = parsed(text);
  if (job) return { rev, job };
  const salvaged = salvage(id, text, "queued");
  return { rev, job: deadLetterOf(salvaged, salvaged.updatedAt), isDamaged: true };
}

function parsed(text: string): Job | null {
  try {
    return Job.safeParse(JSON.parse(text)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
