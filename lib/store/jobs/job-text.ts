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
 * is missing is left out, which is half of an ordinary record. What is not left out is added by name: every other way of
 * writing this takes longer, and nothing is done as often.
 */
export function textOf(job: Job): string {
  const facts: Partial<Record<FactName, unknown>> = {
    id: job.id,
    name: job.name,
    queue: job.queue,
    owner: job.owner,
    input: job.input,
    maxAttempts: job.maxAttempts,
    createdAt: job.createdAt,
    updatedAt: job.updatedAt,
  };
  if (job.priority !== 0) facts.priority = job.priority;
  if (job.startedAt !== null) facts.startedAt = job.startedAt;
  if (job.attempt !== 1) facts.attempt = job.attempt;
  if (job.losses !== 0) facts.losses = job.losses;
  if (job.slices !== 0) facts.slices = job.slices;
  if (job.commits !== 0) facts.commits = job.commits;
  if (job.commands !== 0) facts.commands = job.commands;
  if (!isEmpty(job.checkpoint.stages) || !isEmpty(job.checkpoint.datasets)) facts.checkpoint = job.checkpoint;
  if (job.percent !== 0) facts.percent = job.percent;
  if (job.uniqueKey !== null) facts.uniqueKey = job.uniqueKey;
  if (job.replacedBy !== null) facts.replacedBy = job.replacedBy;
  if (job.limits !== null) facts.limits = job.limits;
  if (job.begunAttempt !== 0) facts.begunAttempt = job.begunAttempt;
  if (job.attemptRanMs !== 0) facts.attemptRanMs = job.attemptRanMs;
  if (job.endsBy !== null) facts.endsBy = job.endsBy;
  if (job.concurrencyKey !== null) facts.concurrencyKey = job.concurrencyKey;
  if (job.files.length > 0) facts.files = job.files;
  if (job.tags.length > 0) facts.tags = job.tags;
  if (job.last !== null) facts.last = job.last;
  if (job.retries !== 0) facts.retries = job.retries;
  if (job.parent !== null) facts.parent = job.parent;
  if (!hasNone(job.wakes)) facts.wakes = job.wakes;
  facts.state = job.state;
  addFactsOfState(facts, job);
  return JSON.stringify(facts);
}

type FactName<Each = Job> = Each extends unknown ? keyof Each : never;

function addFactsOfState(facts: Partial<Record<FactName, unknown>>, job: Job): void {
  switch (job.state) {
    case "queued":
      facts.rank = job.rank;
      return;
    case "running":
      facts.token = job.token;
      facts.leasedUntil = job.leasedUntil;
      facts.claimedAt = job.claimedAt;
      if (job.isOverdue) facts.isOverdue = true;
      if (job.stop !== null) facts.stop = job.stop;
      return;
    case "scheduled":
      facts.runAt = job.runAt;
      return;
    case "waiting":
      facts.runAt = job.runAt;
      if (job.waitFor !== null) facts.waitFor = job.waitFor;
      return;
    case "retrying":
      facts.runAt = job.runAt;
      facts.error = job.error;
      return;
    case "paused":
      facts.from = job.from;
      return;
    default:
      facts.finishedAt = job.finishedAt;
      facts.expiresAt = job.expiresAt;
      if (job.state === "completed") facts.output = job.output;
      if (job.state !== "failed") return;
      facts.error = job.error;
      if (job.fingerprint !== null) facts.fingerprint = job.fingerprint;
  }
}

function isEmpty(record: Readonly<Record<string, unknown>>): boolean {
  for (const _name in record) return false;
  return true;
}

const hasNone = ({ unread, ids, woken }: Wakes) => unread.length === 0 && ids.length === 0 && woken === null;
