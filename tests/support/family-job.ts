import { z } from "zod";
import { type NewChild, SpawnCursor } from "@/lib/core/children";
import { jobDefiner } from "@/lib/core/definition";
import { FatalError } from "@/lib/errors";

export interface FamilyServices {
  /** Called by each child before it ends. */
  readonly onChild: (n: number) => Promise<void> | void;
}

/** Doubles its number, or fails. */
export const childJob = jobDefiner<FamilyServices>()({
  name: "tests.child",
  queue: "tests",
  input: z.object({ n: z.int(), fails: z.boolean().optional() }),
  output: z.int(),
  stages: { work: "Working" },
  async *run({ input: { n, fails }, stage, services }) {
    return yield* stage("work", async () => {
      await services.onChild(n);
      if (fails) throw new FatalError("broken", "It is broken.");
      return n * 2;
    });
  },
});

/** Spawns so many children, and adds up what became of them. */
export const parentJob = jobDefiner<FamilyServices>()({
  name: "tests.parent",
  queue: "tests",
  input: z.object({
    count: z.int(),
    failing: z.array(z.int()).default([]),
    onFailure: z.enum(["fail", "continue", "cancel"]).default("fail"),
    isLazy: z.boolean().default(false),
  }),
  output: z.object({ sum: z.int(), completed: z.int(), failed: z.int(), cancelled: z.int(), states: z.string() }),
  stages: { family: { label: "Raising children", cursor: SpawnCursor }, sum: "Adding up" },
  async *run({ input: { count, failing, onFailure, isLazy }, stage, spawn }) {
    const childOf = (n: number): NewChild => ({
      name: childJob.name,
      input: { n, ...(failing.includes(n) ? { fails: true } : {}) },
    });
    function* from(first: number) {
      for (let n = first; n < count; n += 1) yield childOf(n);
    }
    const family = yield* spawn("family", isLazy ? from : [...from(0)], { onFailure });
    const { completed, failed, cancelled } = family;
    return yield* stage("sum", async () => {
      let sum = 0;
      let states = "";
      for await (const child of family.results()) {
        if (child.state === "completed") sum += z.int().parse(child.output);
        if (states.length < 20) states += child.state.slice(0, 2);
      }
      return { sum, completed, failed, cancelled, states };
    });
  },
});
