import type { Checkpoint, StageRecord } from "@/lib/core/checkpoint";
import {
  countOf,
  type DatasetSpecs,
  type EmittedRows,
  type ResumableContext,
  type SafePoint,
  type Stage,
  type StageOptions,
  type StageSpec,
  type StageSpecs,
  type Step,
  type Wait,
} from "@/lib/core/stage";
import type { Woken } from "@/lib/core/wake";
import { type Duration, HOW_LONG, toMs } from "@/lib/duration";
import { FatalError } from "@/lib/errors";
import { sayIssue } from "@/lib/invalid-request";
import type { Json } from "@/lib/json";

type Context = ResumableContext<DatasetSpecs, Json>;
type Generate = (context: Context) => AsyncGenerator<SafePoint<Json>, Json | void, void>;
type Compute = (context: Context) => Json | void | Promise<Json | void>;
type Body = [Compute] | [StageOptions, Generate];

interface StageDeps<Stages> {
  readonly jobId: string;
  readonly stages: Stages;
  /** As it was when this slice began. */
  readonly checkpoint: Checkpoint;
  readonly woken: Woken | null;
  readonly committed: (dataset: string) => AsyncIterable<Json>;
  /** The stages that were called and have not begun: what is left in it when the job returns lacks its `yield*`. */
  readonly called: Set<string>;
}

/** Makes the `stage` function for one slice of a job, which answers finished stages from the checkpoint. */
export function createStage<Stages extends StageSpecs, Datasets extends DatasetSpecs>({
  jobId,
  stages,
  checkpoint,
  woken,
  committed,
  called,
}: StageDeps<Stages>): Stage<Stages, Datasets> {
  const begun = new Set<string>();

  async function* run(name: string, ...args: Body): AsyncGenerator<Step, Json | void, void> {
    called.delete(name);
    if (!Object.hasOwn(stages, name)) throw new FatalError("stage_unknown", `The job declares no stage "${name}".`);
    if (begun.has(name)) throw new FatalError("stage_repeated", `Stage "${name}" was begun twice in one run.`);
    begun.add(name);

    const record = checkpoint.stages[name];
    if (record?.state === "done") return record.result;

    const [options, generate] = args.length === 1 ? [{}, once(args[0])] : args;
    checkCounts(name, [options.total]);
    const rows = collectRows();
    const points = generate({
      cursor: record && parseCursor(name, stages[name], record.cursor),
      woken: woken?.stage === name ? woken : null,
      emit: rows.add,
      effectKey: (item) => [jobId, name, item].filter((part) => part !== undefined).join(":"),
      committed: committed as Context["committed"], // the rows that this job emitted: its own schema wrote them
    });

    let { done, failed } = record ?? { done: 0, failed: 0 };
    let total = options.total ?? record?.total;
    try {
      for (;;) {
        const { done: isEnd, value } = await points.next();
        if (isEnd) {
          const counts = args.length === 1 ? {} : { done: total ?? done, failed, ...given({ ...options, total }) };
          yield {
            stage: name,
            record: { state: "done", result: value ?? null, ...counts },
            ...rows.take(),
            wait: null,
          };
          return value;
        }
        if (!value) throw new FatalError("yield_invalid", `Stage "${name}" has yielded nothing: it yields { cursor }.`);
        checkCounts(name, [value.done, value.failed, value.total]);
        total = value.total ?? total;
        done = Math.max(done, value.done ?? 0); // shown progress never goes backwards
        failed = Math.max(failed, value.failed ?? 0);
        const reached: StageRecord = {
          state: "running",
          cursor: value.cursor,
          done,
          failed,
          ...given({ ...options, total }),
        };
        yield {
          stage: name,
          record: reached,
          ...rows.take(),
          wait: waitOf(name, value),
          ...(value.isFirm ? { isFirm: true } : {}),
        };
      }
    } finally {
      await points.return(undefined); // a stopped job runs its own `finally` blocks
    }
  }

  function stage(name: string, ...args: Body) {
    called.add(name);
    return run(name, ...args);
  }

  // The only place where stored JSON takes a job's types: this stage wrote it, or its schema parsed it.
  return stage as Stage<Stages, Datasets>;
}

const once = (compute: Compute): Generate =>
  // biome-ignore lint/correctness/useYield: a stage run once has no safe point of its own
  async function* (context) {
    return await compute(context);
  };

function waitOf(stage: string, { wait, waitFor, ...point }: SafePoint<Json>): Wait | null {
  if (waitFor !== undefined) {
    const timeout = "timeout" in point ? point.timeout : undefined;
    return { ms: timeout === undefined ? null : spanOf(stage, timeout), waitFor };
  }
  return wait === undefined ? null : { ms: spanOf(stage, wait) };
}

/** Another attempt would come to the same typing mistake. @throws FatalError `wait_invalid` */
function spanOf(stage: string, duration: Duration): number {
  try {
    return toMs(duration);
  } catch (cause) {
    throw new FatalError("wait_invalid", `Stage "${stage}" cannot wait for "${duration}": ${HOW_LONG}`, { cause });
  }
}

/** The options that were given, for a record must not hold `undefined`. */
const given = ({ total, unit }: StageOptions) => ({
  ...(total === undefined ? {} : { total }),
  ...(unit === undefined ? {} : { unit }),
});

/** NaN would become null in the record, which nobody could read back then: the job would be stuck for good. */
function checkCounts(name: string, counts: readonly (number | undefined)[]): void {
  if (counts.every((count) => count === undefined || Number.isFinite(count))) return;
  throw new FatalError("progress_invalid", `Stage "${name}" tells its progress in something that is no number.`);
}

function parseCursor(name: string, spec: StageSpec | undefined, cursor: Json): Json {
  const parsed = typeof spec === "object" ? spec.cursor.safeParse(cursor) : undefined;
  if (parsed?.success) return parsed.data;
  const why = parsed ? sayIssue(parsed.error) : ": it has none";
  const message = `The cursor of stage "${name}" does not fit its schema${why}. If another version of this job wrote it, retry the job from the start.`;
  throw new FatalError("cursor_incompatible", message, { cause: parsed?.error });
}

function collectRows() {
  let emitted: EmittedRows[number][] = [];
  return {
    add(dataset: string, rows: EmittedRows[number]["rows"]) {
      if (countOf(rows) > 0) emitted.push({ dataset, rows });
    },
    take(): { emitted: EmittedRows } {
      const taken = emitted;
      emitted = [];
      return { emitted: taken };
    },
  };
}
