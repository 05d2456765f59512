import { z } from "zod";
import type { StageRecord } from "@/lib/core/checkpoint";
import type { Step } from "@/lib/core/stage";

/** The stages of a job that counts to ten, and what it reaches on its way. */
export const STAGES = { plan: "Planning", count: { label: "Counting", cursor: z.int() }, end: "Ending" };

export const reached = (done: number): StageRecord => ({ state: "running", cursor: done, done, failed: 0, total: 10 });
export const aPoint = (done: number, rows: number[] = []): Step => ({
  stage: "count",
  record: reached(done),
  emitted: rows.length > 0 ? [{ dataset: "numbers", rows }] : [],
  wait: null,
});
export const anEnd = (stage: string, result = "done"): Step => ({
  stage,
  record: { state: "done", result },
  emitted: [],
  wait: null,
});
