import { backoffMs, type RetryPolicy } from "@/lib/core/retry-policy";
import { type ApiProblem, isTemporary } from "@/lib/hooks/fetch-json";
import type { Random } from "@/lib/random";

/** Short delays: somebody is watching, and a part is cheap to send again. */
const POLICY: RetryPolicy = { maxAttempts: Number.POSITIVE_INFINITY, firstDelay: "1s", maxDelay: "15s" };
const SHORTEST_DELAY_MS = 300;

export interface Persistence {
  /** Resolves after `ms`, or sooner when the network is back; rejects once `signal` is aborted. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly random: Random;
}

/** Repeats `action` until it succeeds, is refused for good, or is aborted. */
export async function persist<Result>(
  action: () => Promise<Result>,
  { signal, onTrouble }: { readonly signal: AbortSignal; readonly onTrouble: (problem: ApiProblem) => void },
  { wait, random }: Persistence,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await action();
    } catch (problem) {
      if (!isTemporary(problem)) throw problem;
      onTrouble(problem);
      await wait(SHORTEST_DELAY_MS + backoffMs(POLICY, attempt, random), signal);
    }
  }
}
