import { z } from "zod";
import { jobDefiner } from "@/lib/core/definition";

export interface CountServices {
  /** Called before each number is counted. */
  readonly onNumber: (n: number, signal: AbortSignal) => Promise<void> | void;
  readonly events: string[];
}

/** Counts from 1 to `to`, one safe point and one row for each number, and adds them up. */
export const countJob = jobDefiner<CountServices>()({
  name: "tests.count",
  queue: "tests",
  input: z.object({ to: z.int() }),
  output: z.object({ sum: z.int() }),
  stages: {
    plan: "Planning",
    count: { label: "Counting", cursor: z.object({ at: z.int(), sum: z.int() }) },
    report: "Reporting",
  },
  datasets: { numbers: z.int() },
  retry: { maxAttempts: 3, firstDelay: "2s" },

  async *run({ input, stage, services: { onNumber, events }, signal, log }) {
    const to = yield* stage("plan", () => input.to);
    const options = { total: to, unit: "numbers" };
    const sum = yield* stage("count", options, async function* ({ cursor = { at: 0, sum: 0 }, emit }) {
      try {
        for (let at = cursor.at + 1, sum = cursor.sum; at <= to; at += 1) {
          await onNumber(at, signal);
          sum += at;
          cursor = { at, sum };
          emit("numbers", [at]);
          yield { cursor, done: at };
        }
        return cursor.sum;
      } finally {
        events.push(`left at ${cursor.at}`);
      }
    });
    log.info(`counted to ${to}`);
    return yield* stage("report", () => ({ sum }));
  },
});

/** All that a job which counts to `to` writes. */
export const upTo = (to: number): number[] => Array.from({ length: to }, (_, i) => i + 1);
