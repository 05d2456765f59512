import {
  type ChildCounts,
  type ChildGroup,
  type ChildResult,
  type Children,
  childrenWake,
  MAX_CHUNK,
  type NewChild,
  type SpawnCursor,
  type Spawned as SpawnRecord,
} from "@/lib/core/children";
import { chunksOf } from "@/lib/core/chunks-of";
import type { OnFailure } from "@/lib/core/on-failure";
import type { SafePoint, StageOptions, StageRun, StageSpecs } from "@/lib/core/stage";
import { FatalError } from "@/lib/errors";

/** All of them, or those from a number on: it is asked again after an interruption, and must answer the same ones. */
type WantedChildren = readonly NewChild[] | ((from: number) => Iterable<NewChild> | AsyncIterable<NewChild>);

interface SpawnOptions {
  /** `fail` by default. */
  readonly onFailure?: OnFailure | undefined;
  /** How many there will be, if that is known: for the progress while they are being made. */
  readonly total?: number | undefined;
}

export interface Spawned {
  readonly count: number;
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
  /** What became of each child, in their order. */
  results(): AsyncIterable<ChildResult>;
}

/** Stages that can spawn: their cursor is `SpawnCursor`. */
type Spawning<Stages extends StageSpecs> = {
  [Name in keyof Stages & string]: Stages[Name] extends { readonly cursor: typeof SpawnCursor } ? Name : never;
}[keyof Stages & string];

/** Runs child jobs as a stage: adds them, leaves the worker until they have ended, and answers what became of them. */
export type Spawn<Stages extends StageSpecs> = (
  stage: Spawning<Stages>,
  children: WantedChildren,
  options?: SpawnOptions,
) => StageRun<Spawned>;

export interface SpawnDeps {
  readonly children: Children;
  /** How often the job was retried by hand. */
  readonly retries: number;
  /** The stages that were called and have not begun. */
  readonly called: Set<string>;
  readonly stage: (
    name: string,
    options: StageOptions,
    body: (context: {
      readonly cursor: SpawnCursor | undefined;
    }) => AsyncGenerator<SafePoint<SpawnCursor>, SpawnRecord, void>,
  ) => StageRun<SpawnRecord>;
}

/** A verb goes through so many children between two commits. */
const PASS = 500;
/** How long a parent sleeps that nobody wakes, at first and at most: a lost wake makes it late, and no more. */
const FIRST_LOOK_MS = 30_000;
const MAX_LOOK_MS = 600_000;

/** Makes the `spawn` function for one slice of a job. */
export function createSpawn<Stages extends StageSpecs>({ children, retries, called, stage }: SpawnDeps): Spawn<Stages> {
  return function spawn(name, wanted, options) {
    called.add(name);
    return runAsStage(name, wanted, options);
  };

  async function* runAsStage(
    ...[name, wanted, { onFailure = "fail", total } = {}]: Parameters<Spawn<Stages>>
  ): StageRun<Spawned> {
    const options = { total: typeof wanted === "function" ? total : wanted.length, unit: "jobs" };
    const body = ({ cursor }: { readonly cursor: SpawnCursor | undefined }) =>
      run({ children, retries, onFailure, stage: name }, wanted, cursor);
    const { round, ...counts } = yield* stage(name, options, body);
    return { ...counts, results: () => children.results({ stage: name, round }, 0, counts.count) };
  }
}

const beginning = (retries: number): SpawnCursor => ({
  round: retries,
  heard: retries,
  made: 0,
  isSealed: false,
  looks: 0,
  pass: null,
});

interface Run {
  readonly children: Children;
  readonly retries: number;
  readonly onFailure: OnFailure;
  readonly stage: string;
}

type Points = AsyncGenerator<SafePoint<SpawnCursor>, SpawnCursor, void>;

async function* run(deps: Run, wanted: WantedChildren, from: SpawnCursor | undefined) {
  const { children, stage, onFailure } = deps;
  let cursor = from ?? beginning(deps.retries);
  const group = { stage, round: cursor.round };
  // The record must say that there are children before there is the first: whoever ends the job looks there.
  if (!from) yield point(cursor);
  cursor = yield* reviveChildren(deps, group, cursor);
  cursor = yield* makeChildren(deps, group, cursor, wanted);
  for (;;) {
    const counts = await children.counts(group);
    await failWithChildren(deps, group, cursor, counts);
    // One that failed is being tried again by now, or its parent would have failed with it.
    const mayGoOn = onFailure === "fail" && counts.failed + counts.cancelled > 0;
    if (counts.open === 0 && !mayGoOn) return endOf(cursor, counts);
    if (onFailure === "cancel" && counts.failed > 0 && !isCancelled(cursor)) {
      const at = cursor.pass?.verb === "cancel" ? cursor.pass.at : 0;
      cursor = yield* passThrough(deps, group, { ...cursor, pass: { verb: "cancel", at } });
      continue;
    }
    const timeout = `${Math.min(FIRST_LOOK_MS * 2 ** cursor.looks, MAX_LOOK_MS)}ms` as const;
    cursor = { ...cursor, looks: cursor.looks + 1 };
    yield { cursor, ...progress(counts), total: cursor.made, waitFor: childrenWake(stage), timeout };
  }
}

const endOf = ({ round, made }: SpawnCursor, { completed, failed, cancelled }: ChildCounts): SpawnRecord => ({
  round,
  count: made,
  completed,
  failed,
  cancelled,
});

const isCancelled = ({ pass, made }: SpawnCursor) => pass?.verb === "cancel" && pass.at >= made;

/** Committed at once: what follows relies on it. */
const point = (cursor: SpawnCursor, counts?: ChildCounts): SafePoint<SpawnCursor> => ({
  cursor,
  isFirm: true,
  ...(counts ? progress(counts) : {}),
  ...(cursor.isSealed ? { total: cursor.made } : {}),
});

const progress = ({ completed, failed, cancelled }: ChildCounts) => ({ done: completed + failed + cancelled, failed });

/** A retried parent tries its failed and cancelled children again, once for each retry. */
async function* reviveChildren(deps: Run, group: ChildGroup, cursor: SpawnCursor): Points {
  const isNews = cursor.heard < deps.retries;
  const begun = cursor.pass?.verb === "retry" ? cursor.pass : null;
  if (!isNews && !begun) return cursor;
  const at = isNews || !begun ? 0 : begun.at;
  const passing = { ...cursor, heard: deps.retries, looks: 0, pass: { verb: "retry" as const, at } };
  return { ...(yield* passThrough(deps, group, passing)), pass: null };
}

async function* passThrough({ children }: Run, group: ChildGroup, from: SpawnCursor): Points {
  let cursor = from;
  // Children of a chunk whose commit was lost are there too.
  const last = cursor.isSealed ? cursor.made : cursor.made + MAX_CHUNK;
  while (cursor.pass && cursor.pass.at < last) {
    const { verb, at } = cursor.pass;
    yield point(cursor);
    const to = Math.min(at + PASS, last);
    await children.control(group, verb, at, to);
    cursor = { ...cursor, pass: { verb, at: to } };
  }
  yield point(cursor);
  return cursor;
}

async function* makeChildren(deps: Run, group: ChildGroup, from: SpawnCursor, wanted: WantedChildren): Points {
  if (from.isSealed) return from;
  const { children, onFailure } = deps;
  let cursor = from;
  for await (const chunk of chunksOf(typeof wanted === "function" ? wanted(from.made) : wanted.slice(from.made))) {
    await children.enqueue({ ...group, onFailure }, cursor.made, chunk);
    cursor = { ...cursor, made: cursor.made + chunk.length };
    const counts = await children.counts(group);
    yield point(cursor, counts);
    if (onFailure === "cancel" && counts.failed > 0) break; // the rest would only be cancelled
    await failWithChildren(deps, group, cursor, counts);
  }
  cursor = { ...cursor, isSealed: true };
  yield point(cursor);
  return cursor;
}

/** Ends the parent where a child's end is its own. @throws FatalError `child_failed` */
async function failWithChildren(deps: Run, group: ChildGroup, { made }: SpawnCursor, counts: ChildCounts) {
  if (deps.onFailure !== "fail" || counts.failed + counts.cancelled === 0) return;
  let deleted: ChildResult | null = null;
  for await (const child of deps.children.results(group, 0, made)) {
    if (child.state === "failed") {
      const { code, message } = child.error;
      throw childFailed(child, `has failed with ${code}: ${message}`);
    }
    if (child.state === "cancelled") throw childFailed(child, "was cancelled.");
    if (child.state === "deleted") deleted ??= child;
  }
  if (!deleted) return;
  // Nobody can try again what is not there: the parent would wait for ever, or take it for completed.
  const { open, failed, cancelled } = await deps.children.counts(group);
  if (open === 0 && failed + cancelled > 0) throw childFailed(deleted, "was deleted, and not all have completed.");
}

const childFailed = ({ index, id }: ChildResult, what: string) =>
  new FatalError("child_failed", `Its child ${index} (${id}) ${what}`);
