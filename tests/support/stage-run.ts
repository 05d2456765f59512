import { z } from "zod";
import { type Checkpoint, EMPTY_CHECKPOINT } from "@/lib/core/checkpoint";
import { createStage } from "@/lib/core/create-stage";
import type { Step } from "@/lib/core/stage";
import type { Woken } from "@/lib/core/wake";
import type { Json } from "@/lib/json";

export const STAGES = {
  read: "Reading",
  count: { label: "Counting", cursor: z.int() },
  sum: { label: "Adding up", cursor: z.object({ at: z.int() }) },
} as const;
export const DATASETS = { word: z.object({ text: z.string() }) };

/** The `stage` function of a job with the id `job_1`, resumed from a checkpoint. */
export const aStage = ({
  checkpoint = EMPTY_CHECKPOINT,
  woken = null,
  committed = noRows,
  called = new Set<string>(),
}: {
  readonly checkpoint?: Checkpoint;
  readonly woken?: Woken | null;
  readonly committed?: (dataset: string) => AsyncIterable<Json>;
  readonly called?: Set<string>;
} = {}) =>
  createStage<typeof STAGES, typeof DATASETS>({ jobId: "job_1", stages: STAGES, checkpoint, woken, committed, called });

async function* noRows(): AsyncGenerator<Json> {}

/** A checkpoint in which one stage stands as given. */
export const withStage = (name: keyof typeof STAGES, record: Checkpoint["stages"][string]): Checkpoint => ({
  stages: { [name]: record },
  datasets: {},
});

/** Runs a stage to its end: all its steps, and its result. */
export async function runToEnd<Result>(run: AsyncGenerator<Step, Result, void>) {
  const steps: Step[] = [];
  for (;;) {
    const { done, value } = await run.next();
    if (done) return { steps, result: value };
    steps.push(value);
  }
}
