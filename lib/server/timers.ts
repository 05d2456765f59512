/** Calls `act` every `ms`, until the answered function is called. Never keeps the process alive. */
export function every(ms: number, act: () => void): () => void {
  const timer = setInterval(act, ms);
  timer.unref();
  return () => clearInterval(timer);
}

/** Calls `act` once after `ms`. Never keeps the process alive. */
export function after(ms: number, act: () => void): void {
  setTimeout(act, ms).unref();
}

/** Resolves after `ms`. Never keeps the process alive. */
export const wait = (ms: number): Promise<void> => new Promise((resolve) => after(ms, resolve));

/** Resolves behind all that waits already: timers, sockets, other jobs. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
