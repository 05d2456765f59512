import { memoryOf } from "@/scripts/process-memory";

const EVERY_MS = 20;

/** Watches how much memory a process holds, from outside, until the answered function is called for the most it was. */
export function watchMemory(pid: number): () => number {
  let peak = memoryOf(pid).resident;
  const timer = setInterval(() => {
    peak = Math.max(peak, memoryOf(pid).resident);
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
    return peak;
  };
}
