import type { z } from "zod";
import type { StageRecord } from "@/lib/core/checkpoint";
import type { AdoptedPart } from "@/lib/core/dataset";
import type { Woken } from "@/lib/core/wake";
import type { Duration } from "@/lib/duration";
import type { Json } from "@/lib/json";

/**
 * What people read of a stage; one that can be resumed adds what its cursor looks like.
 * `weight` is its share of the job's percent beside the other resumable stages (1 by default). One that is `optional` is
 * not shown to people before it begins.
 */
export type StageSpec =
  | string
  | {
      readonly label: string;
      readonly cursor: z.ZodType<Json>;
      readonly weight?: number | undefined;
      readonly optional?: boolean | undefined;
    };
export type StageSpecs = Readonly<Record<string, StageSpec>>;
export type DatasetSpecs = Readonly<Record<string, z.ZodType<Json>>>;

/** Where a stage may stop. `done` and `failed` are totals so far, in the stage's unit. */
export type SafePoint<Cursor> = {
  readonly cursor: Cursor;
  readonly done?: number | undefined;
  readonly failed?: number | undefined;
  /** Where it is known only by now. */
  readonly total?: number | undefined;
  /** It is committed before the stage goes on, at four commands each time. */
  readonly isFirm?: boolean | undefined;
} & (GoesOn | WaitsForTime | WaitsForWake);

interface GoesOn {
  readonly wait?: undefined;
  readonly waitFor?: undefined;
}

/** Leaves the worker for so long. */
interface WaitsForTime {
  readonly wait: Duration;
  readonly waitFor?: undefined;
}

/** Leaves the worker until the job is woken by this name, or the time has run out. The stage then finds `woken`. */
interface WaitsForWake {
  readonly waitFor: string;
  readonly timeout?: Duration | undefined;
  readonly wait?: undefined;
}

/** How long a job leaves its worker. Without `waitFor` it is time alone that ends it. */
export type Wait =
  | { readonly ms: number; readonly waitFor?: undefined }
  | { readonly ms: number | null; readonly waitFor: string };

/** Rows that were written beforehand as they will stand in the dataset: NDJSON, every line ended by a line feed. */
export interface WrittenRows {
  readonly lines: Uint8Array;
  readonly count: number;
}

/** What can be emitted: rows, rows that were written, or a part of a child's dataset, whose bytes nobody reads for it. */
type Emitted<Row> = readonly Row[] | WrittenRows | AdoptedPart;

export type EmittedRows = readonly { readonly dataset: string; readonly rows: Emitted<Json> }[];

export const areWritten = (rows: Emitted<Json>): rows is WrittenRows => "lines" in rows;
export const areAdopted = (rows: Emitted<Json>): rows is AdoptedPart => "part" in rows;

export function countOf(rows: Emitted<Json>): number {
  if (areAdopted(rows)) return rows.rows;
  return areWritten(rows) ? rows.count : rows.length;
}

/** What the runtime sees of a safe point or of a stage's end. */
export interface Step {
  readonly stage: string;
  readonly record: StageRecord;
  readonly emitted: EmittedRows;
  readonly wait: Wait | null;
  /** The job goes on only once it is committed. */
  readonly isFirm?: boolean;
}

export interface StageContext<Datasets extends DatasetSpecs> {
  /** Adds rows to a dataset. They count once the next safe point is committed, and only once. */
  emit<Name extends keyof Datasets & string>(dataset: Name, rows: Emitted<z.output<Datasets[Name]>>): void;
  /** Stable across attempts: the idempotency key to give to a provider, one per item where a stage has several effects. */
  effectKey(item?: string): string;
}

export interface ResumableContext<Datasets extends DatasetSpecs, Cursor> extends StageContext<Datasets> {
  /** The last committed cursor; undefined the first time. */
  readonly cursor: Cursor | undefined;
  /**
   * What the stage has waited for, or that its time ran out. Null whenever it is resumed for another reason:
   * then it waits again.
   */
  readonly woken: Woken | null;
  /** Reads back the rows of a dataset that this job has committed so far. */
  committed<Name extends keyof Datasets & string>(dataset: Name): AsyncIterable<z.output<Datasets[Name]>>;
}

export interface StageOptions {
  readonly total?: number | undefined;
  readonly unit?: string | undefined;
}

type Resumable<Stages extends StageSpecs> = {
  [Name in keyof Stages & string]: Stages[Name] extends string ? never : Name;
}[keyof Stages & string];

type CursorOf<Spec> = Spec extends { readonly cursor: infer Schema extends z.ZodType } ? z.output<Schema> : never;

/** A part of a job on its way: `yield*` runs it and answers its result. */
export type StageRun<Result> = AsyncGenerator<Step, Result, void>;

/** Runs a named part of a job: once, or from its last committed cursor. */
export interface Stage<Stages extends StageSpecs, Datasets extends DatasetSpecs> {
  <Result extends Json | void>(
    name: keyof Stages & string,
    body: (context: StageContext<Datasets>) => Result | Promise<Result>,
  ): StageRun<Result>;

  <Name extends Resumable<Stages>, Result extends Json | void>(
    name: Name,
    options: StageOptions,
    body: (
      context: ResumableContext<Datasets, CursorOf<Stages[Name]>>,
    ) => AsyncGenerator<SafePoint<CursorOf<Stages[Name]>>, Result, void>,
  ): StageRun<Result>;
}
