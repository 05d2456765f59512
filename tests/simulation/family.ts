import { z } from "zod";
import { type NewChild, SpawnCursor } from "@/lib/core/children";
import { type JobDefinition, jobDefiner } from "@/lib/core/definition";
import { FatalError } from "@/lib/errors";
import { cancelChildren } from "@/lib/jobs/children-cancel";
import type { SimulatedServices } from "@/tests/simulation/jobs";

export const PARENT = "simulated.parent";
export const CHILD = "simulated.child";
/** The internal job that cancels the children of a job that was given up. No caller sees it. */
export const CANCELLER = cancelChildren.name;
/** Where all parents spawn. */
export const FAMILY = "family";

export const ParentInput = z.object({
  count: z.int(),
  /** Children that fail for good, by number. */
  failing: z.array(z.int()),
  onFailure: z.enum(["fail", "continue", "cancel"]),
  msPerChild: z.int(),
  /** Which submission it is. */
  order: z.int(),
});
export type ParentInput = z.infer<typeof ParentInput>;

const ChildInput = z.object({ n: z.int(), fails: z.boolean(), ms: z.int() });
export type ChildInput = z.infer<typeof ChildInput>;

const ParentOutput = z.object({
  /** How each child has ended, in their order. */
  ends: z.array(z.string()),
  sum: z.int(),
  completed: z.int(),
  failed: z.int(),
  cancelled: z.int(),
});
export type ParentOutput = z.infer<typeof ParentOutput>;

const RETRY = { maxAttempts: 3, firstDelay: "2s", maxDelay: "1m" } as const;

const child = jobDefiner<SimulatedServices>()({
  name: CHILD,
  queue: "alpha",
  input: ChildInput,
  output: z.int(),
  stages: { work: "Working" },
  datasets: { numbers: z.int() },
  retry: RETRY,
  async *run({ input: { n, fails, ms }, stage, services }) {
    return yield* stage("work", async ({ emit, effectKey }) => {
      services.mayThrow("child");
      await services.work(ms);
      if (fails) throw new FatalError("hopeless", "This child was born to fail.");
      await services.effect(effectKey());
      emit("numbers", [n]);
      return outputOfChild(n);
    });
  },
});

const parent = jobDefiner<SimulatedServices>()({
  name: PARENT,
  queue: "beta",
  input: ParentInput,
  output: ParentOutput,
  stages: { [FAMILY]: { label: "Raising children", cursor: SpawnCursor }, sum: "Adding up" },
  retry: RETRY,
  async *run({ input, stage, spawn, services }) {
    const family = yield* spawn(FAMILY, Array.from({ length: input.count }, childOf(input)), {
      onFailure: input.onFailure,
    });
    return yield* stage("sum", async () => {
      services.mayThrow("sum");
      const { completed, failed, cancelled } = family;
      const ends: string[] = [];
      let sum = 0;
      for await (const result of family.results()) {
        ends.push(result.state);
        if (result.state === "completed") sum += z.int().parse(result.output);
      }
      return { ends, sum, completed, failed, cancelled };
    });
  },
});

const childOf =
  ({ failing, msPerChild }: ParentInput) =>
  (_: unknown, n: number): NewChild => ({
    name: CHILD,
    input: { n, fails: failing.includes(n), ms: msPerChild },
    options: n % 3 === 2 ? { delayMs: 2_000 } : {},
  });

export const outputOfChild = (n: number): number => n * 2 + 1;
export const effectOfChild = (jobId: string): string => `${jobId}:work`;

export const FAMILY_DEFINITIONS: readonly JobDefinition<SimulatedServices>[] = [
  parent,
  child,
  // Of all that jobs may use, it uses its children only.
  cancelChildren as unknown as JobDefinition<SimulatedServices>,
];
