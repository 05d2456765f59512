/** When tests take place: far ahead, so that no database in the system's time takes it for the past. */
export const START_AT = 4_102_444_800_000;

export type VirtualTime = ReturnType<typeof createVirtualTime>;

/** A clock that stands still until a test moves it, and the timers that hang on it. */
export function createVirtualTime(startAt: number = START_AT) {
  const timers = new Set<{ readonly ms: number; readonly act: () => void; dueAt: number }>();
  let now = startAt;

  return {
    clock: () => now,

    every(ms: number, act: () => void): () => void {
      const timer = { ms, act, dueAt: now + ms };
      timers.add(timer);
      return () => void timers.delete(timer);
    },

    /** How many timers are still set. */
    ticking: () => timers.size,

    /** Moves the clock on, and calls each timer whose time comes on the way at its own instant. */
    pass(ms: number): void {
      const end = now + ms;
      for (;;) {
        const [next] = [...timers].filter(({ dueAt }) => dueAt <= end).sort((a, b) => a.dueAt - b.dueAt);
        if (!next) break;
        now = Math.max(now, next.dueAt);
        next.dueAt += next.ms;
        next.act();
      }
      now = end;
    },
  };
}
