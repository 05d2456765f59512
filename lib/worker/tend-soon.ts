interface TendSoonDeps {
  /** One look at what is due; `hasMore`: it could not hold all. */
  readonly tend: () => Promise<{ readonly hasMore: boolean; readonly events: number }>;
  /** Calls `act` every `ms`, until the answered function is called. */
  readonly every: (ms: number, act: () => void) => () => void;
  readonly onError: (error: unknown) => void;
}

/** Ends that come within this time of each other are told of together. */
const PACE_MS = 500;

/**
 * Looks after what is due a moment after it was asked to, one look at a time: while a worker goes on with a long
 * job, owners hear of the short ones that have ended. Nothing ticks while nobody asks.
 */
export function createTendSoon({ tend, every, onError }: TendSoonDeps) {
  let stop: (() => void) | null = null;
  let isLooking = false;
  let isAsked = false;

  function soon(): void {
    isAsked = true;
    stop ??= every(PACE_MS, () => void tick());
  }

  function callOff(): void {
    stop?.();
    stop = null;
    isAsked = false;
  }

  async function tick(): Promise<void> {
    if (isLooking) return;
    if (!isAsked) return callOff();
    isAsked = false;
    isLooking = true;
    try {
      const { hasMore, events } = await tend();
      if (hasMore && events > 0) soon(); // what is only stuck is left to the sweep
    } catch (error) {
      onError(error); // the sweep looks again
    } finally {
      isLooking = false;
    }
  }

  return {
    soon,
    /** Whoever calls it looks at all that is due himself. */
    callOff,
  };
}
