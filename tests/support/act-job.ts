import { z } from "zod";
import { jobDefiner } from "@/lib/core/definition";
import type { StageContext } from "@/lib/core/stage";

export type Act = (context: StageContext<Record<never, never>>, signal: AbortSignal) => Promise<string> | string;

/** A job of one stage that does what a test wants. */
export const actJob = jobDefiner<{ readonly act: Act }>()({
  name: "tests.act",
  queue: "tests",
  input: z.null(),
  output: z.string(),
  stages: { act: "Acting" },
  retry: { maxAttempts: 2, firstDelay: "2s" },
  async *run({ stage, services, signal, log }) {
    log.warn(`acting${".".repeat(3_000)}`);
    return yield* stage("act", (context) => services.act(context, signal));
  },
});
