import type { JobDefinition } from "@/lib/core/definition";
import { JobId } from "@/lib/core/job";
import type { StageSpecs, Step } from "@/lib/core/stage";
import { FatalError } from "@/lib/errors";
import { sayIssue } from "@/lib/invalid-request";

interface Watch {
  /** Called with each safe point of a job, ends of stages too, before it is saved. */
  readonly onSafePoint: (step: Step) => Promise<void>;
  readonly onThrow: (id: JobId, error: unknown) => void;
}

/** The same job, watched at its safe points. A cursor that it could not be resumed from fails it at once. */
export function watchSafePoints<Services>(
  definition: JobDefinition<Services>,
  { onSafePoint, onThrow }: Watch,
): JobDefinition<Services> {
  return {
    ...definition,
    async *start(run) {
      const steps = definition.start(run);
      try {
        for (;;) {
          const { done, value } = await steps.next();
          if (done) return value;
          // What is no step the worker refuses, as in the application.
          if (value?.record) {
            assertResumable(definition.stages, value);
            await onSafePoint(value);
          }
          yield value;
        }
      } catch (error) {
        onThrow(JobId.parse(run.jobId), error);
        throw error;
      } finally {
        await steps.return(undefined); // a stopped job runs its own `finally` blocks
      }
    },
  };
}

/** Elsewhere a cursor is parsed when its job is resumed, which a run without interruptions never comes to. */
function assertResumable(stages: StageSpecs, { stage, record }: Step): void {
  const spec = stages[stage];
  if (record.state === "done" || typeof spec !== "object" || record.cursor === undefined) return;
  const parsed = spec.cursor.safeParse(record.cursor);
  if (parsed.success) return;
  const message = `Stage "${stage}" has yielded a cursor that its own schema does not take back${sayIssue(parsed.error)}`;
  throw new FatalError("cursor_incompatible", message, { cause: parsed.error });
}
