import type { FinishedJob, Job } from "@/lib/core/job";
import { keptMsOf, type Retention } from "@/lib/core/keeping";

/** Takes off what only one state means, so that no state inherits another's fields. */
export function factsOf(job: Job) {
  const {
    state,
    runAt,
    waitFor,
    rank,
    token,
    leasedUntil,
    claimedAt,
    isOverdue,
    stop,
    error,
    fingerprint,
    from,
    finishedAt,
    expiresAt,
    output,
    ...facts
  } = job as Job & { [Key in OwnField]?: unknown };
  return facts;
}
type OwnField =
  | "runAt"
  | "waitFor"
  | "rank"
  | "token"
  | "leasedUntil"
  | "claimedAt"
  | "isOverdue"
  | "stop"
  | "error"
  | "fingerprint"
  | "from"
  | "finishedAt"
  | "expiresAt"
  | "output";

/** A job's end; what else its state means is the caller's to add. */
export function finish<State extends FinishedJob["state"]>(job: Job, state: State, now: number, retention: Retention) {
  return { ...factsOf(job), state, finishedAt: now, expiresAt: now + keptMsOf(job, state, retention), updatedAt: now };
}
