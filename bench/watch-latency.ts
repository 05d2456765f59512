import { setTimeout as pause } from "node:timers/promises";
import type { ApiClient } from "@/scripts/api-client";

const EVERY_MS = 50;

/** Reads a job's status again and again while it runs. */
export function watchLatency(client: ApiClient) {
  const latencies: number[] = [];
  let isOn = true;
  let watching: Promise<void> | undefined;

  async function readUntilEnd(id: string): Promise<void> {
    while (isOn) {
      const begun = performance.now();
      await client.read(id);
      latencies.push(performance.now() - begun);
      await pause(EVERY_MS);
    }
  }

  return {
    /** Begins with the first call; the others change nothing. */
    watch(id: string): void {
      watching ??= readUntilEnd(id);
    },
    async end() {
      isOn = false;
      await watching;
      const sorted = latencies.toSorted((a, b) => a - b);
      const at = (share: number) => Number((sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1));
      return { statusP50Ms: at(0.5), statusP99Ms: at(0.99), statusReadings: sorted.length };
    },
  };
}
