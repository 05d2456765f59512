import { z } from "zod";
import { childOf, SpawnCursor } from "@/lib/core/children";
import { defineJob } from "@/lib/jobs/define-job";

export const squareNumber = defineJob({
  name: "numbers.square",
  queue: "numbers",
  input: z.object({ n: z.int() }),
  output: z.object({ square: z.int() }),
  stages: { square: "Squaring" },
  async *run({ input: { n }, stage }) {
    return { square: yield* stage("square", () => n * n) };
  },
});

/** Has each number squared by a job of its own, and adds up what they answer. */
export const sumSquares = defineJob({
  name: "numbers.sum",
  queue: "numbers",
  input: z.object({ upTo: z.int() }),
  output: z.object({ sum: z.int() }),
  stages: {
    squares: { label: "Squaring", cursor: SpawnCursor },
    sum: "Adding up",
  },
  public: true,

  async *run({ input: { upTo }, stage, spawn }) {
    const children = Array.from({ length: upTo }, (_, n) => childOf(squareNumber, { n }));
    const squares = yield* spawn("squares", children);
    const sum = yield* stage("sum", async () => {
      let sum = 0;
      for await (const child of squares.results()) {
        if (child.state === "completed") sum += squareNumber.output.parse(child.output).square;
      }
      return sum;
    });
    return { sum };
  },
});
