import type { JobDefinition, JobRun } from "@/lib/core/definition";
import type { Step, Wait } from "@/lib/core/stage";
import type { Outcome } from "@/lib/core/state-machine";
import { FatalError } from "@/lib/errors";
import { sayIssue } from "@/lib/invalid-request";
import type { Json } from "@/lib/json";

/** How a slice ended. A job's own error is an ending; only errors of our machinery are thrown. */
export type Ending =
  | { readonly kind: "completed"; readonly output: Json }
  | { readonly kind: "threw"; readonly error: unknown }
  | Extract<Outcome, { kind: "waiting" }>
  /** Out of time, or asked to stop: it goes on later, or not, as the store decides. */
  | { readonly kind: "interrupted" }
  | { readonly kind: "lost" };

export interface DriveDeps {
  /** Makes a step durable when that is due. `stop`: the job was asked to; `lost`: another worker holds it. */
  readonly save: (step: Step, options: { readonly isLast: boolean }) => Promise<"continue" | "stop" | "lost">;
  /** Asked after every safe point. */
  readonly hasTimeLeft: () => boolean;
  /** Lets other work of the process have its turn: a job whose reads are all answered at once must not starve it. */
  readonly breathe: () => Promise<void>;
  /** A job's `finally` threw while it was being stopped, which changes nothing for its ending. */
  readonly onCleanUpError: (error: unknown) => void;
}

/** Runs a job from safe point to safe point until it ends or must stop. */
export async function drive<Services>(
  definition: JobDefinition<Services>,
  run: JobRun<Services>,
  { save, hasTimeLeft, breathe, onCleanUpError }: DriveDeps,
): Promise<Ending> {
  const steps = definition.start(run);
  let isOver = false;
  try {
    for (;;) {
      const next = await advance(steps, definition);
      isOver = next.kind === "completed";
      if (next.kind !== "reached") return next;

      const { wait, stage } = next.step;
      const isLast = wait !== null || !hasTimeLeft();
      const answer = await save(next.step, { isLast });
      if (answer === "lost") return { kind: "lost" };
      if (answer === "stop") return { kind: "interrupted" };
      if (wait) return toWaiting(stage, wait);
      if (isLast) return { kind: "interrupted" };
      await breathe();
    }
  } finally {
    if (!isOver) await steps.return(undefined).catch(onCleanUpError);
  }
}

const toWaiting = (stage: string, wait: Wait): Extract<Outcome, { kind: "waiting" }> =>
  wait.waitFor === undefined
    ? { kind: "waiting", delayMs: wait.ms }
    : { kind: "waiting", delayMs: wait.ms, waitFor: { stage, name: wait.waitFor } };

/** A job without types may yield anything, and what is no step could be neither saved nor blamed on it later. */
function reached(name: string, step: Step | undefined) {
  if (step?.record) return { kind: "reached", step } as const;
  const message = `"${name}" has yielded something that is no safe point. Run its stages with "yield*", and yield cursors inside of them.`;
  return { kind: "threw", error: new FatalError("yield_invalid", message) } as const;
}

async function advance<Services>(
  steps: AsyncGenerator<Step, unknown, void>,
  { name, output }: JobDefinition<Services>,
): Promise<Ending | { readonly kind: "reached"; readonly step: Step }> {
  try {
    const { done, value } = await steps.next();
    if (!done) return reached(name, value);
    const parsed = output.safeParse(value);
    if (parsed.success) return { kind: "completed", output: parsed.data };
    const message = `The result of "${name}" is not what its definition promises${sayIssue(parsed.error)}`;
    return { kind: "threw", error: new FatalError("output_invalid", message, { cause: parsed.error }) };
  } catch (error) {
    return { kind: "threw", error };
  }
}
