import { z } from "zod";
import { defineContract } from "@/lib/contracts/contract";

/** A queue as its operator sees it. */
export const QueueView = z.object({
  queue: z.string(),
  isPaused: z.boolean(),
  queued: z.int(),
  running: z.int(),
  /** How long the first in line has waited, by its place; null if none waits. */
  oldestAgeMs: z.int().nullable(),
  /** How many of its jobs may run at once, everywhere; null for no limit. */
  concurrency: z.int().nullable(),
  /** How many attempts at its jobs may begin in a span; null for no limit. */
  rate: z.object({ limit: z.int(), perMs: z.int() }).nullable(),
});
export type QueueView = z.infer<typeof QueueView>;

/** `GET /api/ops/queues` (operator) */
export const listQueues = defineContract({ reply: z.object({ queues: z.array(QueueView) }) });

/** `POST /api/ops/queues/:queue/{pause,resume}` (operator): running jobs go on, the others wait until it is resumed. */
export const controlQueue = defineContract({ params: z.object({ queue: z.string().max(100) }), reply: QueueView });
