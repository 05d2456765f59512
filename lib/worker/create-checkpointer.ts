import { type Checkpoint, MAX_CHECKPOINT_BYTES, type StageRecord } from "@/lib/core/checkpoint";
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
  /** When the job's time is over: a lease beyond it, the heart stops renewing. Null: never. */
  readonly timeLimitAt: number | null;
  /** The job was lost, or was asked to stop: it should hurry to its next safe point. */
  readonly onStop: () => void;
}

type SaveAnswer = "continue" | "stop" | "lost";

/**
 * Commits one job's steps: at most one a second, and always at the first safe point of a slice, at the
 * end of a stage and before the slice stops. Rows are written before the checkpoint that counts them, so
 * a crash in between leaves a part that nobody counts. The job goes on while a commit that is merely due is
 * on its way, one at a time. The end of the last stage is left to settling.
 */
export function createCheckpointer(deps: CheckpointerDeps, claimed: HeldJob) {
  const { store, rows, stages: specs, clock, leaseMs, timeLimitAt, onStop } = deps;
  const renewedUntil = timeLimitAt === null ? Number.POSITIVE_INFINITY : timeLimitAt + leaseMs;
  const lastStage = Object.keys(specs).at(-1);
  const meter = createRateMeter(clock());
  let held = claimed;
  let { stages, datasets }: Checkpoint = claimed.job.checkpoint;
  /** What is known to fit into a record. */
  let kept = claimed.job.checkpoint;
  let current: string | null = null;
  let committedAt = clock();
  let renewedAt = committedAt;
  let isFirst = true;
  let isOwed = false;
  let hasCommitted = false;
  let writing: Promise<unknown> = Promise.resolve();
  let flight: Promise<Landing> = Promise.resolve({ answer: "continue" });
  let landing: Landing | null = { answer: "continue" };

  /** One write at a time: a heartbeat during a commit would show a revision that is gone. */
  function inTurn<Answer>(write: () => Promise<Answer>): Promise<Answer> {
    const turn = writing.then(write, write);
    writing = turn.catch(() => undefined);
    return turn;
  }

  async function send(reached: Reached | null): Promise<SaveAnswer> {
    const now = clock();
    const leasedUntil = reached ? now + leaseMs : Math.min(now + leaseMs, renewedUntil);
    const answer = await store.commit(held, { reached, leasedUntil, now });
    if (answer.kind !== "continue") onStop();
    if (answer.kind === "lost") return "lost";
    held = answer.held;
    renewedAt = now;
    hasCommitted ||= reached !== null;
    return answer.kind === "continue" ? "continue" : "stop";
  }

  function note({ stage, record, emitted }: Step): void {
    const before = stages[stage];
    meter.begin(stage, before?.done ?? 0);
    const rate = before?.state === "running" ? before.rate : undefined;
    const noted = record.state === "running" && rate !== undefined ? { ...record, rate } : record;
    current = stage;
    stages = { ...stages, [stage]: noted };
    for (const batch of emitted) rows.add(batch.dataset, batch.rows);
  }

  function measure(): void {
    const record = current === null ? undefined : stages[current];
    if (current !== null && record) stages = { ...stages, [current]: meter.measure(current, record, clock()) };
  }

  /** Takes what was reached by now; the answer writes its rows, and answers what a commit or a settlement saves. */
  function snapshot(): () => Promise<Reached> {
    measure();
    isOwed = false;
    const taken = { stages, write: rows.take() };
    return async () => {
      datasets = await taken.write(datasets).catch(failStorage);
      const checkpoint: Checkpoint = { stages: taken.stages, datasets };
      if (checkpoint.stages !== kept.stages || checkpoint.datasets !== kept.datasets) assertKeepable(checkpoint);
      kept = checkpoint;
      return { checkpoint, percent: percentOf(specs, checkpoint) };
    };
  }

  /** Sends a commit on its way. The rows are not written in turn: while a slow file store takes them, the heart beats. */
  function launch(): void {
    const write = snapshot();
    isFirst = false;
    committedAt = clock();
    landing = null;
    const commit = async () => {
      const reached = await write();
      return inTurn(() => send(reached));
    };
    flight = commit().then(
      (answer) => ({ answer }),
      (error: unknown) => ({ error }),
    );
    void flight.then((landed) => {
      landing = landed;
    });
  }

  const land = async () => answerOf(await flight);

  return {
    held: () => held,
    checkpoint: (): Checkpoint => ({ stages, datasets }),
    /** Whether this slice has made anything durable. */
    hasCommitted: () => hasCommitted,
    /** Resolves when no commit is on its way any more, whatever became of it. */
    landed: async () => void (await flight),

    /** Everything reached so far, its rows written. */
    async reach(): Promise<Reached> {
      await land();
      return snapshot()();
    },

    /** Makes a step durable when that is due; else remembers it until it is. */
    async save(step: Step, { isLast }: { readonly isLast: boolean }): Promise<SaveAnswer> {
      note(step);
      const isEnd = step.record.state === "done";
      if (isEnd && step.stage === lastStage && !isLast) {
        isOwed = true; // most likely the job returns now, and settling saves it
        return "continue";
      }
      const isNeeded = isFirst || isLast || isOwed || isEnd || step.isFirm === true;
      const isDue = clock() - committedAt >= COMMIT_INTERVAL_MS || rows.bytes() >= MAX_PENDING_BYTES;
      if (!isNeeded && !isDue) return landing ? answerOf(landing) : "continue";
      const answer = await land();
      if (answer !== "continue") return answer;
      launch();
      return isNeeded ? land() : "continue";
    },

    /** Renews the lease if no commit has done so for a while. */
    beat: (afterMs: number): Promise<SaveAnswer> =>
      inTurn(async () => {
        const isDue = clock() - renewedAt >= afterMs && held.job.leasedUntil < renewedUntil;
        return isDue ? send(null) : "continue";
      }),
  };
}

const isLeftOut = (value: unknown) => value === undefined || typeof value === "function" || typeof value === "symbol";

/** What became of a commit. */
type Landing = { readonly answer: SaveAnswer } | { readonly error: unknown };

function answerOf(landing: Landing): SaveAnswer {
  if ("error" in landing) throw landing.error;
  return landing.answer;
}

/** @throws FatalError `not_json` */
function assertJson(name: string, stage: StageRecord): void {
  try {
    JSON.stringify(stage);
  } catch (cause) {
    throw notJson(name, stage.state === "running" ? "cursor" : "result", cause);
  }
}

const notJson = (stage: string, what: "cursor" | "result", cause?: unknown) =>
  new FatalError("not_json", `The ${what} of stage "${stage}" cannot be written as JSON.`, { cause });

/** @throws FatalError `not_json`, `checkpoint_too_large` */
function assertKeepable(checkpoint: Checkpoint): void {
  let text: string;
  try {
    text = JSON.stringify(checkpoint);
  } catch {
    for (const [name, stage] of Object.entries(checkpoint.stages)) assertJson(name, stage);
    throw new Error("A checkpoint cannot be written as JSON, though each of its stages can.");
  }
  for (const [name, stage] of Object.entries(checkpoint.stages)) {
    // It would be left out, and the record could not be read back.
    if (stage.state === "running" && isLeftOut(stage.cursor)) throw notJson(name, "cursor");
  }
  if (Buffer.byteLength(text) <= MAX_CHECKPOINT_BYTES) return;
  const message = "Its cursors and stage results have outgrown 256 KiB. Large things belong in datasets or files.";
  throw new FatalError("checkpoint_too_large", message);
}
