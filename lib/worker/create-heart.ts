interface HeartDeps {
  /** Calls `act` every `ms`, until the answered function is called. */
  readonly every: (ms: number, act: () => void) => () => void;
  readonly leaseMs: number;
  /** Aborts when the process was asked to end. */
  readonly shutdown: AbortSignal;
}

/** What a slice is told while it runs. */
export interface Beating {
  /** Its lease may have to be renewed. */
  readonly beat: () => void;
  /** The process is about to end. */
  readonly hurry: () => void;
}

export type Heart = ReturnType<typeof createHeart>;

/** Six to a lease, of which a slice renews its own at the first that finds a third of it gone: half is left then. */
const BEATS_PER_LEASE = 6;

/** One heart for all slices of a worker: with one each, beginning and ending it takes longer than a short job. */
export function createHeart({ every, leaseMs, shutdown }: HeartDeps) {
  const slices = new Set<Beating>();
  let stopBeating = () => {};

  const beatAll = () => {
    for (const slice of slices) slice.beat();
  };
  const hurryAll = () => {
    for (const slice of slices) slice.hurry();
  };

  function leave(slice: Beating): void {
    slices.delete(slice);
    if (slices.size > 0) return;
    stopBeating();
    shutdown.removeEventListener("abort", hurryAll);
  }

  return {
    /** It beats for this slice until the answered function is called. */
    join(slice: Beating): () => void {
      if (slices.size === 0) {
        stopBeating = every(leaseMs / BEATS_PER_LEASE, beatAll);
        shutdown.addEventListener("abort", hurryAll);
      }
      slices.add(slice);
      return () => leave(slice);
    },
  };
}
