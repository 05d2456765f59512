import { Job, type JobId } from "@/lib/core/job";
import type { Entry } from "@/lib/core/ledger";
import type { Wakes } from "@/lib/core/wake";
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

/**
 * A job's record: the one writer of it, so that equal jobs have equal texts. What is as reading takes it to be where it
 * is missing is left out, which is half of an ordinary record.
 */
export function textOf(job: Job): string {
  return JSON.stringify({
    ...job,
    priority: job.priority || undefined,
    startedAt: job.startedAt ?? undefined,
    attempt: job.attempt === 1 ? undefined : job.attempt,
    losses: job.losses || undefined,
    slices: job.slices || undefined,
    commits: job.commits || undefined,
    commands: job.commands || undefined,
    checkpoint: isEmpty(job.checkpoint.stages) && isEmpty(job.checkpoint.datasets) ? undefined : job.checkpoint,
    percent: job.percent || undefined,
    uniqueKey: job.uniqueKey ?? undefined,
    replacedBy: job.replacedBy ?? undefined,
    limits: job.limits ?? undefined,
    begunAttempt: job.begunAttempt || undefined,
    attemptRanMs: job.attemptRanMs || undefined,
    endsBy: job.endsBy ?? undefined,
    concurrencyKey: job.concurrencyKey ?? undefined,
    files: job.files.length > 0 ? job.files : undefined,
    tags: job.tags.length > 0 ? job.tags : undefined,
    last: job.last ?? undefined,
    retries: job.retries || undefined,
    parent: job.parent ?? undefined,
    wakes: hasNone(job.wakes) ? undefined : job.wakes,
  });
}

function isEmpty(record: Readonly<Record<string, unknown>>): boolean {
  for (const _name in record) return false;
  return true;
}

const hasNone = ({ unread, ids, woken }: Wakes) => unread.length === 0 && ids.length === 0 && woken === null;
