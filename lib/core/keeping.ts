import { z } from "zod";

/** How long finished jobs are kept. */
export interface Retention {
  readonly completedMs: number;
  readonly failedMs: number;
}

/** How long a job is kept instead, and how many of its owner and name; the newest stay. Null: as all are. */
export const Keep = z.object({
  completedMs: z.int().positive().nullable(),
  failedMs: z.int().positive().nullable(),
  completedCount: z.int().nonnegative().nullable(),
  failedCount: z.int().nonnegative().nullable(),
});
export type Keep = z.infer<typeof Keep>;

interface Limited {
  readonly limits: { readonly keep?: Keep | null | undefined } | null;
}

/** A cancelled job is kept as long as a completed one. */
export function keptMsOf(
  { limits }: Limited,
  state: "completed" | "failed" | "cancelled",
  retention: Retention,
): number {
  const keep = limits?.keep;
  return state === "failed" ? (keep?.failedMs ?? retention.failedMs) : (keep?.completedMs ?? retention.completedMs);
}

interface Ended extends Limited {
  readonly state: string;
  readonly parent?: object | null | undefined;
}

/** How many such jobs are kept; null for any number. Cancelled ones are not counted, nor are another job's children. */
export function keptCountOf({ state, limits, parent }: Ended): number | null {
  if (parent) return null; // their parent may yet read what became of them
  if (state === "completed") return limits?.keep?.completedCount ?? null;
  return state === "failed" ? (limits?.keep?.failedCount ?? null) : null;
}

/**
 * Whether files of a job may come after it was removed: from a worker that had lost it, or by a write that had been taken
 * for failed. One that completed with its first worker has had an answer to every write.
 */
export const mayWriteLate = ({ state, slices }: { readonly state: string; readonly slices: number }): boolean =>
  slices > 1 || (slices === 1 && state !== "completed");
