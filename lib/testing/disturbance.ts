import type { Step } from "@/lib/core/stage";

/** A safe point of a stage: the first that is reached, or the first with the cursor that is looked for. */
export interface StagePoint {
  readonly stage: string;
  /** Asked with the cursors of this stage; its end has none, and is no such point. */
  readonly when?: (cursor: never) => boolean;
}

/** Counted from 1, since the queue was made. */
interface SafePointNumber {
  readonly safePoint: number;
}

/** One side of a worker's call to the store or the file store, counted likewise. */
interface CallSide {
  readonly call: number;
  readonly when: "before" | "after";
}

export type StopPlace = StagePoint | SafePointNumber;
export type CrashPlace = StopPlace | CallSide;

/** `stop`: the time budget of the worker ends there. `crash`: it is killed there. */
export type Disturbance =
  | { readonly kind: "stop"; readonly at: StopPlace }
  | { readonly kind: "crash"; readonly at: CrashPlace };

export type Disturbances = ReturnType<typeof createDisturbances>;

/** Counts the places where a worker may be disturbed, and says where it is to be. Each disturbance happens once. */
export function createDisturbances() {
  const armed = new Set<Disturbance>();
  const calls: string[] = [];
  const safePoints: string[] = [];

  function hit(isThere: (disturbance: Disturbance) => boolean): Disturbance["kind"] | null {
    const found = [...armed].find(isThere);
    if (!found) return null;
    armed.delete(found);
    return found.kind;
  }

  return {
    arm: (disturbance: Disturbance) => void armed.add(disturbance),
    disarm: (disturbance: Disturbance) => void armed.delete(disturbance),
    isArmed: (disturbance: Disturbance) => armed.has(disturbance),
    /** The names of what was called, and the stages of the safe points, in their order. */
    reached: (): { readonly calls: readonly string[]; readonly safePoints: readonly string[] } => ({
      calls,
      safePoints,
    }),

    /** Counts a call. */
    called: (name: string): number => calls.push(name),
    atCall: (call: number, when: CallSide["when"]) =>
      hit(({ at }) => "call" in at && at.call === call && at.when === when),

    /** Counts a safe point. */
    atSafePoint(step: Step): Disturbance["kind"] | null {
      const number = safePoints.push(step.stage);
      return hit(({ at }) => ("stage" in at ? isAt(at, step) : "safePoint" in at && at.safePoint === number));
    },
  };
}

function isAt({ stage, when }: StagePoint, step: Step): boolean {
  if (step.stage !== stage) return false;
  if (!when) return true;
  return step.record.state === "running" && when(step.record.cursor as never); // the stage's own schema parsed it
}

/** Says where a place is: `before call 7 (commit)`. */
export function describePlace(at: CrashPlace, reached: ReturnType<Disturbances["reached"]>): string {
  if ("call" in at) return `${at.when} call ${at.call} (${reached.calls[at.call - 1] ?? "never made"})`;
  if ("safePoint" in at) {
    return `at safe point ${at.safePoint} (${reached.safePoints[at.safePoint - 1] ?? "never reached"})`;
  }
  return `at stage "${at.stage}"`;
}
