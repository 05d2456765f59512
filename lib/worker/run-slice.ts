import type { Manifest } from "@/lib/core/checkpoint";
import type { Children } from "@/lib/core/children";
import { LOG_DATASET, resultName } from "@/lib/core/dataset";
import type { JobDefinition, JobLog } from "@/lib/core/definition";
import type { FileStore } from "@/lib/core/file-store";
import type { JobOutput, RunningJob } from "@/lib/core/job";
import type { HeldJob, JobStore, Settlement } from "@/lib/core/job-store";
import type { Outcome } from "@/lib/core/state-machine";
import type { TimeBudget } from "@/lib/core/time-budget";
import { FatalError, RetryableError } from "@/lib/errors";
import type { Json } from "@/lib/json";
import { createCheckpointer } from "@/lib/worker/create-checkpointer";
import type { Heart } from "@/lib/worker/create-heart";
import { drive, type Ending } from "@/lib/worker/drive";
import { failStorage, isOutage, isUnexpected, toOutcome } from "@/lib/worker/job-failure";
import { createPendingRows } from "@/lib/worker/pending-rows";
import { watchTime } from "@/lib/worker/time-limit";

/** A larger result goes to a file. */
const MAX_INLINE_RESULT_BYTES = 64 * 1024;

/** No instance that does not know a job yet lives so long after that was made. */
const KNOWN_AFTER_MS = 600_000;
/** How long such an instance leaves it to others. */
const LEFT_ALONE_MS = 15_000;

export interface SliceDeps<Services> {
  readonly store: Pick<JobStore, "commit">;
  readonly files: Pick<FileStore, "write" | "copy">;
  readonly definitions: ReadonlyMap<string, JobDefinition<Services>>;
  readonly servicesFor: (job: RunningJob) => Services;
  readonly childrenOf: (job: RunningJob) => Children;
  readonly readRows: (jobId: string, dataset: string, manifest: Manifest) => AsyncIterable<Json>;
  readonly clock: () => number;
  /** Milliseconds for measuring gaps; never set back. */
  readonly monotonic: () => number;
  readonly random: () => number;
  readonly breathe: () => Promise<void>;
  /** Calls `act` every `ms`, until the answered function is called. */
  readonly every: (ms: number, act: () => void) => () => void;
  readonly heart: Heart;
  /** A job that this instance does not know is left to others until it is so old; ten minutes without it. */
  readonly knownAfterMs?: number | undefined;
  readonly leaseMs: number;
  readonly onError: (event: string, job: RunningJob, error: unknown) => void;
}

/**
 * Runs one claimed job until it ends or must stop, and answers how it should be settled;
 * null if another worker holds it now, or if the store cannot be reached: then its lease runs out.
 */
export async function runSlice<Services>(
  deps: SliceDeps<Services>,
  claimed: HeldJob,
  budget: TimeBudget,
): Promise<Settlement | null> {
  const { job } = claimed;
  const definition = deps.definitions.get(job.name);
  const stopping = new AbortController();
  const time = watchTime(job, { clock: deps.clock, every: deps.every, onPassed: () => stopping.abort() });
  const rows = createPendingRows({ files: deps.files, jobId: job.id, token: job.token });
  const checkpointer = createCheckpointer(
    { ...deps, rows, stages: definition?.stages ?? {}, timeLimitAt: time.at, onStop: () => stopping.abort() },
    claimed,
  );
  const write = (level: "info" | "warn", message: string) =>
    rows.add(LOG_DATASET, [{ at: deps.clock(), level, message: message.slice(0, 2_000) }]);
  const log: JobLog = { info: (message) => write("info", message), warn: (message) => write("warn", message) };

  const leaveHeart = deps.heart.join({
    hurry: () => stopping.abort(),
    beat() {
      // Before its first commit a job is let alone: hurried on each time, a slow one would never get anywhere.
      if (checkpointer.hasCommitted() && !budget.hasTimeLeft()) stopping.abort();
      checkpointer.beat(deps.leaseMs / 3).catch((error: unknown) => deps.onError("heartbeat_failed", job, error));
    },
  });
  try {
    const ending = time.endingOf(await run());
    if (ending.kind === "lost") return null;
    if (ending.kind === "threw" && isOutage(ending.error)) return await abandoned(ending.error);
    return await toSettlement(ending);
  } catch (error) {
    return await abandoned(error);
  } finally {
    leaveHeart();
    time.stop();
  }

  async function run(): Promise<Ending> {
    if (time.hasPassed()) return { kind: "threw", error: time.timedOut() };
    if (definition) return driveJob(definition);
    // An instance from before a deploy may take a new job once more. It must not end what the others know how to run.
    const ageMs = deps.clock() - job.createdAt;
    if (ageMs < (deps.knownAfterMs ?? KNOWN_AFTER_MS)) return { kind: "waiting", delayMs: LEFT_ALONE_MS };
    return { kind: "threw", error: new FatalError("unknown_job", `No job "${job.name}" is defined any more.`) };
  }

  function driveJob(definition: JobDefinition<Services>): Promise<Ending> {
    const { id, input, createdAt, checkpoint, retries, wakes } = job;
    const committed = (dataset: string) =>
      deps.readRows(id, dataset, checkpointer.checkpoint().datasets[dataset] ?? []);
    let reachedAt = deps.monotonic();
    const hasTimeLeft = () => {
      const now = deps.monotonic();
      budget.observe(now - reachedAt);
      reachedAt = now;
      return budget.hasTimeLeft() && !time.hasPassed();
    };
    return drive(
      definition,
      {
        jobId: id,
        input,
        createdAt,
        checkpoint,
        woken: wakes.woken,
        retries,
        children: deps.childrenOf(job),
        committed,
        log,
        signal: stopping.signal,
        services: deps.servicesFor(job),
      },
      {
        save: checkpointer.save,
        hasTimeLeft,
        breathe: deps.breathe,
        onCleanUpError: (error) => deps.onError("clean_up_failed", job, error),
      },
    );
  }

  /** Our own machinery failed. What was committed stands; what came after will run again. */
  async function abandoned(error: unknown): Promise<Settlement | null> {
    await checkpointer.landed();
    deps.onError("slice_abandoned", job, error);
    if (!(error instanceof FatalError || error instanceof RetryableError)) return null;
    const held = checkpointer.held();
    const { checkpoint, percent } = held.job;
    const outcome = toOutcome(error, job.attempt, definition?.retry ?? NO_RETRY, deps.random);
    return { held, outcome, reached: { checkpoint, percent } };
  }

  async function toSettlement(ending: Exclude<Ending, { kind: "lost" }>): Promise<Settlement> {
    const outcome: Outcome = wasHurried(ending) ? { kind: "interrupted" } : await toOutcomeOf(ending);
    const reached = await checkpointer.reach();
    return { held: checkpointer.held(), outcome, reached };
  }

  /** A read that was aborted because the job should stop is no failure of the job, and costs no attempt. */
  function wasHurried(ending: Ending): boolean {
    if (ending.kind !== "threw" || !stopping.signal.aborted) return false;
    const { error } = ending;
    return error === stopping.signal.reason || (error instanceof Error && error.name === "AbortError");
  }

  async function toOutcomeOf(ending: Exclude<Ending, { kind: "lost" }>): Promise<Outcome> {
    switch (ending.kind) {
      case "completed":
        return { kind: "completed", output: await keep(ending.output) };
      case "threw":
        if (isUnexpected(ending.error)) deps.onError("job_threw", job, ending.error);
        return toOutcome(ending.error, job.attempt, definition?.retry ?? NO_RETRY, deps.random);
      default:
        return ending;
    }
  }

  async function keep(output: Json): Promise<JobOutput> {
    const bytes = encodeOutput(output);
    if (bytes.length <= MAX_INLINE_RESULT_BYTES) return { value: output };
    const file = resultName(job.id, job.token);
    await deps.files.write(file, bytes).catch(failStorage);
    return { file, bytes: bytes.length };
  }
}

/** @throws FatalError `not_json` */
function encodeOutput(output: Json): Uint8Array {
  try {
    const text: string | undefined = JSON.stringify(output); // of `undefined` it makes nothing
    if (text === undefined) throw new TypeError(`the result is ${typeof output}`);
    return Buffer.from(text);
  } catch (cause) {
    throw new FatalError("not_json", "The result cannot be written as JSON.", { cause });
  }
}

const NO_RETRY = { maxAttempts: 1, firstDelay: "1s", maxDelay: "1s" } as const;
