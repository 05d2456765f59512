/** Answers the present, in epoch milliseconds. Given to whoever needs the time; nobody else asks the system. */
export type Clock = () => number;

/** The system's clock. */
export const systemClock: Clock = () => Date.now();

/** Milliseconds that only ever grow, for measuring: the system's clock may be set back while we measure. */
export const monotonicClock: Clock = () => performance.now();
