import { z } from "zod";
import type { Job, JobIn } from "@/lib/core/job";

/** Jobs that the store can go through one by one, without looking at any others. `owner` null: everybody's. */
export type JobSource =
  | { readonly kind: "owner"; readonly owner: string }
  | { readonly kind: "failed"; readonly owner: string | null; readonly fingerprint?: string | undefined }
  /** Those that stand in line; one that waits behind another of its lane does not. */
  | { readonly kind: "queue"; readonly queue: string };

/**
 * A place on the way: the last one that was looked at. Jobs that leave the source or come to it
 * meanwhile make the walk miss none of the others.
 */
export const WalkCursor = z.object({ score: z.number(), member: z.string(), offset: z.int() });
export type WalkCursor = z.infer<typeof WalkCursor>;

export interface WalkPage {
  readonly cursor: WalkCursor | null;
  /** How many it answers at most. It may answer fewer, or none, and still have a cursor to go on from. */
  readonly limit: number;
  /** Only those that came to the source by then; for a line there is no such instant. */
  readonly upTo?: number | undefined;
}

/** Newest first. `cursor` is null at the end. */
export interface WalkedPage {
  readonly jobs: readonly Job[];
  readonly cursor: WalkCursor | null;
}

/** Jobs of one name that failed for the same reason. */
export interface FailureGroup {
  readonly fingerprint: string;
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** The latest. */
  readonly example: JobIn<"failed">;
}
