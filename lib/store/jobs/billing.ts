import { isFinished, type Job } from "@/lib/core/job";

/**
 * What each operation is billed on Redis: `shared` once for the whole batch, `own` for each of its jobs.
 * A script costs one command, and one for each that it calls: one read of all that is guarded, one write of
 * all that stays, one for each document that expires, one for each set that gains and each that loses members.
 */
const BILLED = {
  /** Script, read, write; the line, the owner's jobs and the timers gain. */
  enqueue: { shared: 6, own: 0 },
  /** Line and records are read; then script, read, write, timers gain, the line loses, what is left is read. */
  claim: { shared: 8, own: 0 },
  /** Script, read, write, timers gain. */
  commit: { shared: 4, own: 0 },
  /** Script, read, write of the counter, timers gain; a finished record expires. */
  end: { shared: 4, own: 1 },
  /** Beside its end, a failed job gains two sets. */
  fail: { shared: 2, own: 0 },
  /** As an end, but the record stays: it is written with the counter. */
  leave: { shared: 4, own: 0 },
  /** Timers and record are read; then script, read, write, the line gains, timers lose. */
  promote: { shared: 7, own: 0 },
  /** The record is read; then script, read, write and two sets. */
  control: { shared: 6, own: 0 },
} as const;

type Operation = keyof typeof BILLED;

/** A job's share of an operation on `size` jobs, added to what it was billed for before. */
export function billOf(operation: Operation, size: number, before = 0): number {
  const { shared, own } = BILLED[operation];
  return Math.round((before + own + shared / size) * 1_000) / 1_000;
}

/** A job with its share of an operation on `size` jobs added to its bill. */
export const billed = <State extends Job>(job: State, operation: Operation, size = 1): State => ({
  ...job,
  commands: billOf(operation, size, job.commands),
});

/** A settled job's share; reading the next candidates is one command more. Those that threw share what failing costs. */
export function billedSettle<State extends Job>(
  job: State,
  size: { readonly all: number; readonly threw: number },
  isReadingOn: boolean,
): State {
  const ended = billed(job, isFinished(job) ? "end" : "leave", size.all);
  const settled = job.state === "failed" ? billed(ended, "fail", size.threw) : ended;
  return isReadingOn
    ? { ...settled, commands: Math.round((settled.commands + 1 / size.all) * 1_000) / 1_000 }
    : settled;
}
