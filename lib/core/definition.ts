import type { z } from "zod";
import type { Checkpoint } from "@/lib/core/checkpoint";
import type { Children } from "@/lib/core/children";
import { createSpawn, type Spawn, type SpawnDeps } from "@/lib/core/create-spawn";
import { createStage } from "@/lib/core/create-stage";
import { LOG_DATASET } from "@/lib/core/dataset";
import { assertLimits, type LimitSpecs } from "@/lib/core/job-limits";
import type { DuplicatePolicy } from "@/lib/core/job-store";
import type { Notice } from "@/lib/core/notice";
import { assertRetry, DEFAULT_RETRY_POLICY, type RetryPolicy } from "@/lib/core/retry-policy";
import type { DatasetSpecs, Stage, StageSpecs, Step } from "@/lib/core/stage";
import type { Woken } from "@/lib/core/wake";
import { FatalError } from "@/lib/errors";
import { sayIssue } from "@/lib/invalid-request";
import type { Json } from "@/lib/json";

/** Writes a line that belongs to the job: committed with its cursor, shown on its page. */
export interface JobLog {
  info(message: string): void;
  warn(message: string): void;
}

/** What a job is given for one run, beside its own stages. */
interface Surroundings<Services> {
  readonly services: Services;
  readonly log: JobLog;
  /** Aborted when the job should hurry to its next safe point. */
  readonly signal: AbortSignal;
}

interface JobContext<Input, Stages extends StageSpecs, Datasets extends DatasetSpecs, Services>
  extends Surroundings<Services> {
  readonly input: Input;
  readonly stage: Stage<Stages, Datasets>;
  readonly spawn: Spawn<Stages>;
  /** When the job was submitted: the same instant in every run of it. */
  readonly createdAt: number;
  /** Reads back the rows of a dataset that this job has committed so far. */
  committed<Name extends keyof Datasets & string>(dataset: Name): AsyncIterable<z.output<Datasets[Name]>>;
}

interface UniqueSpec<Input> {
  key(input: Input): string;
  readonly policy?: DuplicatePolicy;
}

/** A job as its author writes it. `stages` and the datasets give the types that `run` works with. */
interface JobSpec<
  Name extends string,
  Input extends z.ZodType<Json>,
  Output extends z.ZodType<Json>,
  Stages extends StageSpecs,
  Datasets extends DatasetSpecs,
  Internal extends DatasetSpecs,
  Services,
> extends LimitSpecs<z.output<Input>> {
  readonly name: Name;
  readonly queue: string;
  readonly input: Input;
  readonly output: Output;
  /** In the order in which they are shown. */
  readonly stages: Stages;
  readonly datasets?: Datasets;
  /** Datasets that the owner does not see: what the job keeps for itself. */
  readonly internalDatasets?: Internal;
  readonly retry?: Partial<RetryPolicy>;
  /** While a job of the owner with this key is unfinished, no second one is made. Short for `unique` with `reuse`. */
  uniqueKey?(input: z.output<Input>): string;
  /** What becomes of a second job of the owner with this key, while the first is unfinished: `reuse` by default. */
  readonly unique?: UniqueSpec<z.output<Input>>;
  /** The owner's jobs with the same key run one after the other. */
  concurrencyKey?(input: z.output<Input>): string;
  /** The uploaded files that the job reads: checked to be the owner's, and kept as long as the job. */
  files?(input: z.output<Input>): readonly string[];
  /** May be submitted over the API. */
  readonly public?: boolean;
  /** What people call it: `Statement import`. Its name spelt out by default. */
  readonly title?: string;
  /** Whether its owner and his webhooks are told of its end: if it is public, by default. */
  readonly isAnnounced?: boolean;
  /** Its result in a sentence, for the notification of its end. */
  sayResult?(output: z.output<Output>): Pick<Notice, "kind" | "message">;
  run(
    context: JobContext<z.output<Input>, Stages, Datasets & Internal, Services>,
  ): AsyncGenerator<Step, z.input<Output>, void>;
}

/** What the runtime hands to a definition to start it. */
export interface JobRun<Services> extends Surroundings<Services> {
  readonly jobId: string;
  readonly createdAt: number;
  readonly input: unknown;
  readonly checkpoint: Checkpoint;
  /** What a stage has waited for. */
  readonly woken: Woken | null;
  /** How often it was retried after its end. */
  readonly retries: number;
  /** Its own, for stages that spawn. */
  readonly children: Children;
  readonly committed: (dataset: string) => AsyncIterable<Json>;
}

/** A job as the runtime sees it: whatever its types, one way to start it. */
export interface JobDefinition<
  Services,
  Name extends string = string,
  Input extends z.ZodType<Json> = z.ZodType<Json>,
  Output extends z.ZodType<Json> = z.ZodType<Json>,
> extends LimitSpecs<z.output<Input>> {
  readonly name: Name;
  readonly queue: string;
  readonly input: Input;
  readonly output: Output;
  readonly stages: StageSpecs;
  readonly datasets: DatasetSpecs;
  readonly retry: RetryPolicy;
  readonly public: boolean;
  readonly title: string;
  readonly isAnnounced: boolean;
  sayResult?(output: z.output<Output>): Pick<Notice, "kind" | "message">;
  readonly unique?: UniqueSpec<z.output<Input>>;
  concurrencyKey?(input: z.output<Input>): string;
  files?(input: z.output<Input>): readonly string[];
  start(run: JobRun<Services>): AsyncGenerator<Step, unknown, void>;
}

/** Binds `defineJob` to the services that the application's jobs may use. */
export function jobDefiner<Services>() {
  return function defineJob<
    const Name extends string,
    Input extends z.ZodType<Json>,
    Output extends z.ZodType<Json>,
    const Stages extends StageSpecs,
    Datasets extends DatasetSpecs = Record<never, never>,
    Internal extends DatasetSpecs = Record<never, never>,
  >(
    spec: JobSpec<Name, Input, Output, Stages, Datasets, Internal, Services>,
  ): JobDefinition<Services, Name, Input, Output> {
    const { run, stages, datasets, internalDatasets, retry, public: isPublic = false, uniqueKey, ...rest } = spec;
    assertLimits(rest);
    assertRetry(retry);
    if (uniqueKey && rest.unique) throw new RangeError(`"${spec.name}" has two unique keys: give one of them.`);
    if (LOG_DATASET in { ...datasets, ...internalDatasets }) {
      throw new RangeError(`A dataset of "${spec.name}" is called "${LOG_DATASET}", which is where its log lines go.`);
    }
    return {
      ...rest,
      ...(uniqueKey && { unique: { key: uniqueKey } }),
      stages,
      datasets: datasets ?? {},
      retry: { ...DEFAULT_RETRY_POLICY, ...retry },
      public: isPublic,
      title: spec.title ?? spellOut(spec.name),
      isAnnounced: spec.isAnnounced ?? isPublic,
      async *start({ jobId, input, checkpoint, woken, retries, children, committed, ...surroundings }) {
        const called = new Set<string>();
        const stage = createStage<Stages, Datasets & Internal>({ jobId, stages, checkpoint, woken, committed, called });
        const spawn = createSpawn<Stages>({ children, retries, called, stage: stage as SpawnDeps["stage"] }); // its types see to the names
        const ownRows = committed as Parameters<typeof run>[0]["committed"]; // the job's own schemas wrote them
        const read = readInput(spec, input);
        const output = yield* run({ ...surroundings, input: read, stage, spawn, committed: ownRows });
        for (const name of called) throw notRun(name);
        return output;
      },
    };
  };
}

/** @throws FatalError `input_incompatible`: at once, for another attempt has the same input */
function readInput<Input extends z.ZodType<Json>>(
  { name, input: schema }: { name: string; input: Input },
  input: unknown,
) {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const message = `The input of "${name}" does not fit its schema${sayIssue(parsed.error)}. Another version of the job was given it, or the schema does not take what it has made of it itself.`;
  throw new FatalError("input_incompatible", message, { cause: parsed.error });
}

/** Without `yield*` a call does nothing, and the job would complete as if it had. */
const notRun = (name: string) =>
  new FatalError("stage_not_run", `Stage "${name}" was called without "yield*", so it has not run.`);

/** `Transactions import` for `transactions.import`. */
export function spellOut(name: string): string {
  const words = name.replaceAll(/[.\-_]+/g, " ");
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}
