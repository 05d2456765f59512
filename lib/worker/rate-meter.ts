import type { StageRecord } from "@/lib/core/checkpoint";
import { smoothedRate } from "@/lib/core/progress";

/**
 * Measures how fast the running stage moves, from commit to commit: between two safe points of a
 * millisecond a rate says nothing. A slice goes on with the rate of the one before.
 */
export function createRateMeter(startedAt: number) {
  let last: { stage: string; done: number; at: number } | null = null;

  return {
    /** Tells where a stage stood when this slice came to it. */
    begin(stage: string, done: number): void {
      if (last?.stage !== stage) last = { stage, done, at: last?.at ?? startedAt };
    },

    /** The record with its rate as of now. */
    measure(stage: string, record: StageRecord, now: number): StageRecord {
      if (record.state !== "running" || last?.stage !== stage) return record;
      const rate = smoothedRate(record.rate, record.done - last.done, now - last.at);
      last = { stage, done: record.done, at: now };
      return rate === undefined ? record : { ...record, rate };
    },
  };
}
