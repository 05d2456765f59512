/** Knows how much of a function invocation is left, and when to stop in good time. */
export interface TimeBudget {
  /** False once the next stretch to a safe point might not fit any more. */
  hasTimeLeft(): boolean;
  /** Tells that a job has reached a safe point, `gapMs` after the one before. */
  observe(gapMs: number): void;
  readonly deadline: number;
}

const SMALLEST_MARGIN_MS = 500;

interface TimeBudgetDeps {
  /** Epoch milliseconds. */
  readonly deadline: number;
  readonly clock: () => number;
  /** Aborts when the process was asked to end: then no time is left, whatever the clock says. */
  readonly shutdown: AbortSignal;
}

/**
 * A budget that ends at `deadline`. It stops early by a margin that grows with the slowest
 * gap between safe points seen, up to a quarter of the budget: a slow job must not be killed on its way
 * to the next safe point, and a very slow one must not eat the whole budget.
 */
export function createTimeBudget({ deadline, clock, shutdown }: TimeBudgetDeps): TimeBudget {
  const most = Math.max(0, deadline - clock()) / 4;
  let slowest = 0;
  return {
    deadline,
    hasTimeLeft: () =>
      !shutdown.aborted && deadline - clock() > Math.min(most, Math.max(SMALLEST_MARGIN_MS, slowest * 2)),
    observe: (gapMs) => {
      slowest = Math.max(slowest, gapMs);
    },
  };
}
