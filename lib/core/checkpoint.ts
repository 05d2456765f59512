import { z } from "zod";
import { Json } from "@/lib/json";

/** A stage under way is its cursor and its counts; a finished one is its result. */
export const StageRecord = z.discriminatedUnion("state", [
  z.object({
    state: z.literal("running"),
    cursor: Json,
    done: z.number(),
    failed: z.number(),
    total: z.number().optional(),
    unit: z.string().optional(),
    /** Units per second, smoothed over the last commits. */
    rate: z.number().optional(),
  }),
  z.object({
    state: z.literal("done"),
    result: Json,
    done: z.number().optional(),
    failed: z.number().optional(),
    total: z.number().optional(),
    unit: z.string().optional(),
  }),
]);
export type StageRecord = z.infer<typeof StageRecord>;

/**
 * Which parts of a dataset count. Every slice numbers its own parts from 0, so
 * the manifest needs one entry per slice and no list of names. Parts that were adopted are runs of their own: their
 * headers count rows from `first` on.
 */
export const Manifest = z
  .array(z.object({ token: z.string(), parts: z.int(), rows: z.int(), first: z.int().optional() }))
  .readonly();
export type Manifest = z.infer<typeof Manifest>;

/** Everything a job resumes from. Its size depends on stages and slices, not on rows. */
export const Checkpoint = z.object({
  stages: z.record(z.string(), StageRecord),
  datasets: z.record(z.string(), Manifest),
});
export type Checkpoint = z.infer<typeof Checkpoint>;

export const EMPTY_CHECKPOINT: Checkpoint = { stages: {}, datasets: {} };

/** A larger checkpoint fails its job with `checkpoint_too_large`: large things are datasets or files. */
export const MAX_CHECKPOINT_BYTES = 256 * 1024;

/** The rows of a dataset that count. */
export const rowsOf = (manifest: Manifest | undefined): number =>
  (manifest ?? []).reduce((sum, run) => sum + run.rows, 0);
