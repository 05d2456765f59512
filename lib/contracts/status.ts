import { z } from "zod";
import { defineContract } from "@/lib/contracts/contract";

/** `GET /api/status`: public health, without secrets. 503 while the store is down. */
export const readStatus = defineContract({
  reply: z.object({
    status: z.enum(["ok", "unavailable"]),
    version: z.string(),
    store: z.object({ kind: z.string(), latencyMs: z.number().nullable() }),
    queues: z.array(
      z.object({
        queue: z.string(),
        queued: z.int(),
        running: z.int(),
        oldestAgeMs: z.int().nullable(),
        isPaused: z.boolean(),
      }),
    ),
    /** When this instance swept last; null before its first sweep. */
    lastSweepAt: z.int().nullable(),
  }),
});
