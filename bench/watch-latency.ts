import { setTimeout as pause } from "node:timers/promises";
import type { ApiClient } from "@/scripts/api-client";

const EVERY_MS = 20;

/** Reads a job's status again and again while it runs, and how much memory its server holds. */
export function watchLatency(client: ApiClient, residentBytes: () => number) {
  const latencies: number[] = [];
  let peak = residentBytes();
  let isOn = true;
  let watching: Promise<void> | undefined;

  async function readUntilEnd(id: string): Promise<void> {
    while (isOn) {
      const begun = performance.now();
      await client.read(id);
      latencies.push(performance.now() - begun);
      peak = Math.max(peak, residentBytes());
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
      return { p50Ms: at(0.5), p99Ms: at(0.99), readings: sorted.length, peak };
    },
  };
}
