/** Timers count in 32 bits: what is longer would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** Calls once after any delay, without keeping the process alive. Answers how to call it off. */
export function afterDelay(delayMs: number, call: () => void): () => void {
  let timer: NodeJS.Timeout;
  function sleep(restMs: number): void {
    const stretch = Math.min(restMs, LONGEST_MS);
    timer = setTimeout(() => (restMs > stretch ? sleep(restMs - stretch) : call()), stretch);
    timer.unref();
  }
  sleep(Math.max(0, delayMs));
  return () => clearTimeout(timer);
}
