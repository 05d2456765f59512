import { z } from "zod";
import type { Checkpoint } from "@/lib/core/checkpoint";
import type { Job, JobError, JobId, Parent } from "@/lib/core/job";
import type { OnFailure } from "@/lib/core/on-failure";
import type { Json } from "@/lib/json";

/** Children that one stage spawned. A parent that starts over has others. */
export interface ChildGroup {
  readonly stage: string;
  /** How often the parent had been retried when the stage began. */
  readonly round: number;
}

export interface NewChild {
  /** Of a job definition, public or not. */
  readonly name: string;
  readonly input: Json;
  readonly options?: {
    /** Seconds of head start over others in the queue. */
    readonly priority?: number | undefined;
    readonly delayMs?: number | undefined;
    readonly runAt?: number | undefined;
    readonly tags?: readonly string[] | undefined;
  };
}

/** A child by its definition, so that a name or an input that does not fit does not compile. */
export const childOf = <Input extends z.ZodType<Json>>(
  { name }: { readonly name: string; readonly input: Input },
  input: z.input<Input> & Json,
  options?: NewChild["options"],
): NewChild => ({ name, input, ...(options && { options }) });

/** How many children of a group are in which state; `open` have not ended. */
export interface ChildCounts {
  readonly open: number;
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
}

export const CHILD_STATES = ["open", "completed", "failed", "cancelled"] as const satisfies (keyof ChildCounts)[];

/** What became of the child with this number. `deleted`: somebody removed it after its end. */
export type ChildResult = { readonly index: number; readonly id: JobId } & (
  | { readonly state: "completed"; readonly output: Json }
  | { readonly state: "failed"; readonly error: JobError }
  | { readonly state: "cancelled" | "deleted" | "unfinished" }
);

/** A running job's own children. Whatever is repeated has no further effect. */
export interface Children {
  /** Adds children with the numbers from `from` on, each once. @throws FatalError `child_invalid` */
  enqueue(
    group: ChildGroup & { readonly onFailure: OnFailure },
    from: number,
    children: readonly NewChild[],
  ): Promise<void>;
  counts(group: ChildGroup): Promise<ChildCounts>;
  /** What became of those from `from` to `to` (exclusive), in their order. */
  results(group: ChildGroup, from: number, to: number): AsyncIterable<ChildResult>;
  /** Cancels, or retries where they have failed or were cancelled, those from `from` to `to` (exclusive). */
  control(group: ChildGroup, verb: "cancel" | "retry", from: number, to: number): Promise<void>;
}

/** What a stage waits for whose children have not all ended. */
const WAKE = "children:";
export const childrenWake = (stage: string): string => `${WAKE}${stage}`;
export const isChildrenWake = (name: string): boolean => name.startsWith(WAKE);

/** The most children that a stage makes between two commits. */
export const MAX_CHUNK = 500;

/** Where a stage stands that has spawned: all that its children need in their parent's record, however many. */
export const SpawnCursor = z.object({
  round: z.int(),
  /** The latest retry of the parent that its failed children have heard of. */
  heard: z.int(),
  made: z.int(),
  isSealed: z.boolean(),
  looks: z.int(),
  /** A verb on its way through all children, and the number that it has come to. */
  pass: z.object({ verb: z.enum(["cancel", "retry"]), at: z.int() }).nullable(),
});
export type SpawnCursor = z.infer<typeof SpawnCursor>;

/** What a stage that has spawned leaves as its result. */
export const Spawned = z.object({
  round: z.int(),
  count: z.int(),
  completed: z.int(),
  failed: z.int(),
  cancelled: z.int(),
});
export type Spawned = z.infer<typeof Spawned>;

/** A group and how many of it there are for sure; until it is sealed, up to `MAX_CHUNK` more. */
export interface SpawnedGroup extends ChildGroup {
  readonly made: number;
  readonly isSealed: boolean;
}

/** What a job has spawned since its last start, by what its record says. */
export function groupsOf({ stages }: Checkpoint): SpawnedGroup[] {
  return Object.entries(stages).flatMap(([stage, record]): SpawnedGroup[] => {
    if (record.state === "done") {
      const ended = Spawned.safeParse(record.result);
      return ended.success ? [{ stage, round: ended.data.round, made: ended.data.count, isSealed: true }] : [];
    }
    const cursor = SpawnCursor.safeParse(record.cursor);
    if (!cursor.success) return [];
    const { round, made, isSealed } = cursor.data;
    return [{ stage, round, made, isSealed }];
  });
}

/**
 * Whether a job that has ended would make this child anew, were the child gone: it can be retried, and its record does not
 * say yet that the child was made.
 */
export function mayMakeAgain(
  { state, checkpoint }: Job,
  { stage, round, index }: ChildGroup & Pick<Parent, "index">,
): boolean {
  if (state === "completed") return false;
  const group = groupIn(checkpoint, { stage, round });
  return group !== undefined && !group.isSealed && index >= group.made;
}

/** Whether a job has begun anew since it made children of this group: it waits for others, and whoever cancels its children passes these by. */
export const hasLeftBehind = ({ checkpoint }: Job, group: ChildGroup): boolean =>
  groupIn(checkpoint, group) === undefined;

const groupIn = (checkpoint: Checkpoint, { stage, round }: ChildGroup): SpawnedGroup | undefined =>
  groupsOf(checkpoint).find((each) => each.stage === stage && each.round === round);
