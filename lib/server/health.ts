import { type Clock, monotonicClock } from "@/lib/clock";
import type { Report } from "@/lib/doctor/report";
import { rawVariables } from "@/lib/env";
import type { Ids } from "@/lib/id";

interface HealthDeps {
  readonly clock: Clock;
  readonly ids: Ids;
}

/** Whoever asks over HTTP waits no longer than this. */
const TIMEOUT_MS = 3_000;
const TOTAL_MS = 15_000;

/** The doctor's examination, made by the running application on its own environment. */
export function createHealth({ clock, ids }: HealthDeps): () => Promise<Report> {
  return async () => {
    const { examine } = await import("@/lib/doctor/examine"); // asked for once in a while: no start should wait for it
    return examine({
      variables: rawVariables(),
      fetch: globalThis.fetch,
      clock,
      monotonic: monotonicClock,
      nonce: ids("probe"),
      timeoutMs: TIMEOUT_MS,
      totalMs: TOTAL_MS,
    });
  };
}
