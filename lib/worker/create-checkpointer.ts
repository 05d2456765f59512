import { type Checkpoint, MAX_CHECKPOINT_BYTES } from "@/lib/core/checkpoint";
import type { HeldJob, JobStore } from "@/lib/core/job-store";
import { percentOf } from "@/lib/core/progress";
import type { StageSpecs, Step } from "@/lib/core/stage";
import type { Reached } from "@/lib/core/state-machine";
import { FatalError } from "@/lib/errors";
import { failStorage } from "@/lib/worker/job-failure";
import type { PendingRows } from "@/lib/worker/pending-rows";
import { createRateMeter } from "@/lib/worker/rate-meter";

/** A commit this long after the one before is due: progress a second old, at four commands a commit. */
const COMMIT_INTERVAL_MS = 1_000;
/** Rows waiting in memory beyond this are committed sooner. */
const MAX_PENDING_BYTES = 8 * 1024 * 1024;

interface CheckpointerDeps {
  readonly store: Pick<JobStore, "commit">;
  readonly rows: PendingRows;
  readonly stages: StageSpecs;
  readonly clock: () => number;
  readonly leaseMs: number;
  /** The job was lost, or was asked to stop: it should hurry to its next safe point. */
  readonly onStop: () => void;
}

type SaveAnswer = "continue" | "stop" | "lost";

/**
 * Commits one job's steps: at most one a second, and always at the first safe point of a slice, at the
 * end of a stage and before the slice stops. Rows are written before the checkpoint that counts them, so
 * a crash in between leaves a part that nobody counts. The end of the last stage is left to settling.
 */
export function createCheckpointer(deps: CheckpointerDeps, claimed: HeldJob) {
  const { store, rows, stages, clock, leaseMs, onStop } = deps;
  const lastStage = Object.keys(stages).at(-1);
  const meter = createRateMeter(clock());
  let held = claimed;
  let checkpoint: Checkpoint = claimed.job.checkpoint;
  let current: string | null = null;
  let committedAt = clock();
  let renewedAt = committedAt;
  let isFirst = true;
  let isOwed = false;
  let hasCommitted = false;
  let writing: Promise<unknown> = Promise.resolve();

  /** One write at a time: a heartbeat during a commit would show a revision that is gone. */
  function inTurn<Answer>(write: () => Promise<Answer>): Promise<Answer> {
    const turn = writing.then(write, write);
    writing = turn.catch(() => undefined);
    return turn;
  }

  async function send(reached: Reached | null): Promise<SaveAnswer> {
    const now = clock();
    const answer = await store.commit(held, { reached, leasedUntil: now + leaseMs, now });
    if (answer.kind !== "continue") onStop();
    if (answer.kind === "lost") return "lost";
    held = answer.held;
    renewedAt = now;
    if (reached) committedAt = now; // a heartbeat saves nothing, so it must not put off the next commit
    return answer.kind === "continue" ? "continue" : "stop";
  }

  function note({ stage, record, emitted }: Step): void {
    const before = checkpoint.stages[stage];
    meter.begin(stage, before?.done ?? 0);
    const rate = before?.state === "running" ? before.rate : undefined;
    const noted = record.state === "running" && rate !== undefined ? { ...record, rate } : record;
    current = stage;
    checkpoint = { ...checkpoint, stages: { ...checkpoint.stages, [stage]: noted } };
    for (const batch of emitted) rows.add(batch.dataset, batch.rows);
  }

  function measured(): Checkpoint["stages"] {
    const record = current === null ? undefined : checkpoint.stages[current];
    if (current === null || !record) return checkpoint.stages;
    return { ...checkpoint.stages, [current]: meter.measure(current, record, clock()) };
  }

  /** Writes the rows of everything reached so far, and answers what a commit or a settlement then saves. */
  async function reach(): Promise<Reached> {
    checkpoint = { stages: measured(), datasets: await rows.write(checkpoint.datasets).catch(failStorage) };
    assertKeepable(checkpoint);
    isOwed = false;
    return { checkpoint, percent: percentOf(stages, checkpoint) };
  }

  return {
    held: () => held,
    checkpoint: () => checkpoint,
    reach,
    /** Whether this slice has made anything durable. */
    hasCommitted: () => hasCommitted,

    /** Makes a step durable when that is due; else remembers it until it is. */
    async save(step: Step, { isLast }: { readonly isLast: boolean }): Promise<SaveAnswer> {
      note(step);
      const isEnd = step.record.state === "done";
      if (isEnd && step.stage === lastStage && !isLast) {
        isOwed = true; // most likely the job returns now, and settling saves it
        return "continue";
      }
      const isLate = clock() - committedAt >= COMMIT_INTERVAL_MS || rows.bytes() >= MAX_PENDING_BYTES;
      if (!(isFirst || isLast || isOwed || isEnd || isLate)) return "continue";
      isFirst = false;
      const reached = await reach(); // not in turn: while a slow file store takes the rows, the heart goes on beating
      const answer = await inTurn(() => send(reached));
      hasCommitted ||= answer !== "lost";
      return answer;
    },

    /** Renews the lease if no commit has done so for a while. */
    beat: (afterMs: number): Promise<SaveAnswer> =>
      inTurn(async () => (clock() - renewedAt >= afterMs ? send(null) : "continue")),
  };
}

/** @throws FatalError `not_json`, `checkpoint_too_large` */
function assertKeepable(checkpoint: Checkpoint): void {
  let text: string;
  try {
    text = JSON.stringify(checkpoint);
  } catch (cause) {
    throw new FatalError("not_json", "A cursor or a stage's result cannot be written as JSON.", { cause });
  }
  if (Buffer.byteLength(text) <= MAX_CHECKPOINT_BYTES) return;
  const message = "Its cursors and stage results have outgrown 256 KiB. Large things belong in datasets or files.";
  throw new FatalError("checkpoint_too_large", message);
}
