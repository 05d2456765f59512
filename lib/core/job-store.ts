import type { ChildCounts, ChildGroup } from "@/lib/core/children";
import type { Condition } from "@/lib/core/condition";
import type { FinishedJob, Job, JobId, JobIn, Parent, RunningJob } from "@/lib/core/job";
import type { JobEvent } from "@/lib/core/job-event";
import type { JobLimits } from "@/lib/core/job-limits";
import type { FailureGroup, JobSource, WalkedPage, WalkPage } from "@/lib/core/job-walk";
import type { Rate } from "@/lib/core/rate-limit";
import type { Outcome, Reached } from "@/lib/core/state-machine";
import type { Wake } from "@/lib/core/wake";
import type { Json } from "@/lib/json";

export interface NewJob {
  readonly id: JobId;
  readonly name: string;
  readonly queue: string;
  readonly owner: string;
  readonly input: Json;
  readonly priority: number;
  readonly maxAttempts: number;
  /** Null: as soon as a worker is free. */
  readonly runAt: number | null;
  /** Counts per owner and job name: while a job with it is unfinished, `onDuplicate` says what becomes of a second. */
  readonly uniqueKey: string | null;
  /** `reuse` where it is left out. */
  readonly onDuplicate?: DuplicatePolicy | undefined;
  /** Counts per owner and job name: such jobs run one after the other. */
  readonly concurrencyKey: string | null;
  /** Null or left out: it has none of its own. */
  readonly limits?: JobLimits | null | undefined;
  readonly files: readonly string[];
  /** The owner's own words for it, to find it by; none without them. */
  readonly tags?: readonly string[] | undefined;
  /** A repeated request with the same key gets the first one's job; with another `fingerprint`, a conflict. */
  readonly idempotency: { readonly key: string; readonly fingerprint: string } | null;
  /** It is made only if its owner, and whoever is limited together with him, then has no more unfinished jobs. */
  readonly maxActive?: number | undefined;
  /** The job that spawns it. */
  readonly parent?: Parent | undefined;
}

/**
 * What becomes of a job whose unique key an unfinished one holds. `reuse`: that one is the answer. `replace`: that one
 * is cancelled, a running one at its next commit, and the new one has the key at once. `refuse`: none is made.
 */
export type DuplicatePolicy = "reuse" | "replace" | "refuse";

/**
 * `existing`: the same id, the same unique key or the same idempotent request made a job before. `duplicate`: it was
 * refused for the sake of this unfinished one. `full`: there are `maxActive` unfinished ones already. `refused`: the
 * condition did not hold.
 */
export type EnqueueAnswer =
  | { readonly kind: "added" | "existing" | "duplicate"; readonly job: Job }
  | { readonly kind: "conflict"; readonly job: Job | null }
  | { readonly kind: "full"; readonly job?: undefined }
  | { readonly kind: "refused"; readonly job?: undefined };

/** A wish for a worker. Losing or doubling it is harmless. */
export interface Kick {
  readonly queue: string;
  readonly nonce: string;
  /** 0: now. */
  readonly delayMs: number;
}

/** A running job in its worker's hands, with the revision that its next write must show. */
export interface HeldJob {
  readonly rev: number;
  readonly job: RunningJob;
}

export interface ClaimRequest {
  readonly queue: string;
  readonly limit: number;
  /** How many jobs of the queue may run at once, everywhere; null for no limit. */
  readonly concurrency: number | null;
  /** How many attempts at jobs of the queue may begin in a span, everywhere; without it, any number. */
  readonly rate?: Rate | null | undefined;
  /** New for every worker call. Every later write must show it. */
  readonly token: string;
  readonly now: number;
  readonly leasedUntil: number;
  /** Candidates that a settle has just answered, none being an empty queue; read anew without them. */
  readonly candidates?: readonly JobId[] | undefined;
}

/** What a commit saves. Without `reached` it only renews the lease (the heartbeat). */
export interface Commit {
  readonly reached: Reached | null;
  readonly leasedUntil: number;
  readonly now: number;
}

/** `lost`: another worker holds the job, or it is gone. Stop at once and write nothing. */
export type CommitAnswer =
  | { readonly kind: "continue" | "cancel" | "pause"; readonly held: HeldJob }
  | { readonly kind: "lost" };

export interface Settlement {
  readonly held: HeldJob;
  readonly outcome: Outcome;
  readonly reached: Reached;
}

export interface Settled {
  /** In the order of the settlements: the job as it is now, or null where it was lost. */
  readonly jobs: readonly (Job | null)[];
  /** Ids of jobs that wait in the queue, to claim next. */
  readonly candidates: readonly JobId[];
  readonly kicks: readonly Kick[];
}

/** `expire` ends the time of a finished job, before it is removed. */
export type Verb = "cancel" | "pause" | "resume" | "retry" | "restart" | "expire";

/** `refused`: the job's state does not allow it. `left_behind`: its parent began anew since, and has no use for it. */
export type ControlAnswer =
  | { readonly kind: "done"; readonly job: Job; readonly kicks: readonly Kick[] }
  | { readonly kind: "refused" | "left_behind"; readonly job: Job };

/** `finished`: it will not wait again. `too_many_wakes`: as many as it can keep are unread. */
export type WakeAnswer =
  | { readonly kind: "done"; readonly job: Job; readonly kicks: readonly Kick[] }
  | { readonly kind: "finished" | "too_many_wakes"; readonly job: Job };

/** What was due. The store has promoted and rescued; files and listeners are the caller's part. */
export interface Tended {
  readonly promoted: number;
  readonly rescued: number;
  readonly kicks: readonly Kick[];
  /** Finished jobs whose time is over. Remove their files, then `forget` them. */
  readonly expired: readonly FinishedJob[];
  /** Tell the listeners, then `acknowledge` them. */
  readonly events: readonly JobEvent[];
  /** Jobs that were forgotten a while ago: remove the files that came late, then `forgetFiles`. */
  readonly late: readonly JobId[];
  /** More is due than was looked at: ask again. */
  readonly hasMore: boolean;
}

export interface QueueCounts {
  readonly queue: string;
  readonly queued: number;
  readonly running: number;
  /** When the job that has waited longest came, by its place in line; null if none waits. */
  readonly oldestAt: number | null;
  /** Whether an operator has paused it. */
  readonly isPaused: boolean;
}

type Answers<Answer> = { answers: Answer[]; kicks: Kick[] };

/** Where jobs live. Every operation is atomic for each job, and may be sent twice with the same effect. */
export interface JobStore {
  /** Adds jobs, each once, in their order, while the condition holds. Publish the kicks that it answers. */
  enqueue(jobs: readonly NewJob[], now: number, condition?: Condition): Promise<Answers<EnqueueAnswer>>;

  /**
   * Takes up to `limit` queued jobs, lowest rank first. Takes the queue's kick back before it takes
   * jobs, so that what is enqueued later kicks again. `isEmpty` says that no job was left to take, read after
   * the kick was taken back, or that none may be taken for now: the queue is paused, or its rate is used up.
   * Under contention it may answer fewer jobs than there are. Publish the kicks that it answers: they are for
   * jobs that a rate has put off.
   */
  claim(request: ClaimRequest): Promise<{ held: HeldJob[]; isEmpty: boolean; kicks: Kick[] }>;

  /** Saves a checkpoint and renews the lease, if the worker still owns the job. */
  commit(held: HeldJob, commit: Commit): Promise<CommitAnswer>;

  /** Ends slices. `next` is how many candidates of the queue to answer with. */
  settle(queue: string, settlements: readonly Settlement[], now: number, next: number): Promise<Settled>;

  /** A caller's wish. Null if there is no such job of this owner. */
  control(id: JobId, owner: string, verb: Verb, now: number): Promise<ControlAnswer | null>;

  /** The same for many jobs of one owner, while the condition holds. Publish the kicks that it answers. */
  controlMany(
    ids: readonly JobId[],
    owner: string,
    verb: Verb,
    now: number,
    condition?: Condition,
  ): Promise<Answers<ControlAnswer | null>>;

  /** How many of a job's children are in which state. */
  children(parent: JobId, group: ChildGroup): Promise<ChildCounts>;

  /**
   * Wakes a job that waits for this, or keeps the wake until it does. Null if there is no such job of this
   * owner; `owner` null: whoever's it is. A wake without an id may wake twice.
   */
  wake(id: JobId, owner: string | null, wake: Wake, now: number): Promise<WakeAnswer | null>;

  /** Promotes and rescues what is due, at most `limit` entries. With nothing due it costs one command. */
  tend(now: number, limit: number): Promise<Tended>;

  /** Asks for a worker for each queue, unless one has been asked for already. Publish the kicks that it answers. */
  kick(queues: readonly string[], now: number): Promise<Kick[]>;

  /** From now on no job of the queue is taken; those that run go on. Jobs still come in, and nobody is asked for. */
  pauseQueue(queue: string, now: number): Promise<void>;

  /** Lets workers take jobs of the queue again. Publish the kicks that it answers. */
  resumeQueue(queue: string, now: number): Promise<Kick[]>;

  /** Rescues running jobs although their leases last for minutes yet: their only possible worker is known to be gone. */
  rescueAll(now: number): Promise<number>;

  /**
   * Ends the time of those finished jobs that are more than the limits of this one keep of its owner and name, the
   * oldest first: they are due to be removed then. Answers how many.
   */
  prune(job: FinishedJob, now: number): Promise<number>;

  /**
   * Removes a finished job's record for good; `tend` tells of it once more where files may come late. False if it has
   * moved on since (it was retried), or if a child of its is unfinished: it stays due, to be forgotten after that.
   */
  forget(job: FinishedJob, now: number): Promise<boolean>;

  /** No file of a forgotten job will come any more. */
  forgetFiles(id: JobId): Promise<void>;

  acknowledge(events: readonly JobEvent[]): Promise<void>;

  get(id: JobId): Promise<{ rev: number; job: Job } | null>;

  /** As `get`, for several at once, in their order. */
  getMany(ids: readonly JobId[]): Promise<({ rev: number; job: Job } | null)[]>;

  /** An owner's jobs, newest first, or what one of them has spawned. `cursor` is what the page before answered. */
  list(
    owner: string,
    page: { cursor: string | null; limit: number; parent?: JobId | undefined },
  ): Promise<{ jobs: Job[]; cursor: string | null }>;

  /** Goes through jobs of one source, page by page, while others may change them. */
  walk(source: JobSource, page: WalkPage): Promise<WalkedPage>;

  /**
   * The failed jobs of an owner, or with null everybody's, by what went wrong, the latest kind first.
   * What it looks at and tells of is bounded: unless `isWhole`, there are older failures, or older kinds of them.
   */
  failureGroups(owner: string | null): Promise<{ groups: FailureGroup[]; isWhole: boolean }>;

  /** Completed and still kept jobs of an owner that share a name and concurrency key, in the order of completion. */
  completed(owner: string, name: string, concurrencyKey: string): Promise<JobIn<"completed">[]>;

  counts(queues: readonly string[]): Promise<QueueCounts[]>;
}
