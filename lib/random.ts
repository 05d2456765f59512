/** A number from 0 (inclusive) to 1 (exclusive). Injected, so that tests can repeat what chance did. */
export type Random = () => number;

export const systemRandom: Random = () => Math.random();
