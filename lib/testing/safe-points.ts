import type { JobDefinition } from "@/lib/core/definition";
import type { Step } from "@/lib/core/stage";

/** Called with each safe point of a job, ends of stages too, before it is saved. */
export type OnSafePoint = (step: Step) => Promise<void>;

/** The same job, watched at its safe points. */
export function watchSafePoints<Services>(
  definition: JobDefinition<Services>,
  onSafePoint: OnSafePoint,
): JobDefinition<Services> {
  return {
    ...definition,
    async *start(run) {
      const steps = definition.start(run);
      try {
        for (;;) {
          const { done, value } = await steps.next();
          if (done) return value;
          await onSafePoint(value);
          yield value;
        }
      } finally {
        await steps.return(undefined); // a stopped job runs its own `finally` blocks
      }
    },
  };
}
