/** Enough to tell a trend from the first jumps. */
const SAMPLES = 4;

export interface EtaSample {
  readonly at: number;
  readonly etaMs: number;
}

/** Keeps the last few samples; a new one counts once per `at`, and none without an ETA starts over. */
export function withSample(
  samples: readonly EtaSample[],
  { at, etaMs }: { readonly at: number; readonly etaMs: number | null },
): readonly EtaSample[] {
  if (etaMs === null) return samples.length === 0 ? samples : [];
  if (samples.at(-1)?.at === at) return samples;
  return [...samples, { at, etaMs }].slice(-SAMPLES);
}

/**
 * The time left, once the last few samples foresee about the same end: within five seconds
 * or a quarter of what is left. Null before: a number that jumps is worse than none.
 */
export function steadyEtaMs(samples: readonly EtaSample[]): number | null {
  const last = samples.at(-1);
  if (!last || samples.length < SAMPLES) return null;
  const ends = samples.map(({ at, etaMs }) => at + etaMs);
  const spread = Math.max(...ends) - Math.min(...ends);
  return spread <= Math.max(5_000, last.etaMs / 4) ? last.etaMs : null;
}
