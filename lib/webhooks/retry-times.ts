import { type Duration, toMs } from "@/lib/duration";

/** Waits after the first, second, … attempt: quickly at first, for a day in all. */
const WAITS: readonly Duration[] = ["5s", "30s", "2m", "10m", "30m", "1h", "2h", "4h", "4h", "4h", "4h", "4h"];

/** A delivery that has not arrived by then is given up. */
const GIVEN_UP_MS = toMs("1d");

/** Many deliveries that failed together, while a receiver was down, should not come back together. */
const SPREAD = 0.2;

interface Circumstances {
  readonly createdAt: number;
  readonly now: number;
  /** What the receiver asked for; null if nothing. */
  readonly askedMs: number | null;
  readonly random: () => number;
}

/** Milliseconds to wait after attempt number `attempt` (from 1) has failed; null: it was the last. */
export function waitAfter(attempt: number, { createdAt, now, askedMs, random }: Circumstances): number | null {
  const left = createdAt + GIVEN_UP_MS - now;
  const wait = WAITS[attempt - 1];
  if (wait === undefined || left <= 0) return null;
  const spread = toMs(wait) * (1 + SPREAD * (2 * random() - 1));
  // Whoever asks for more than what is left is asked once more at the end.
  return Math.round(Math.min(left, Math.max(spread, askedMs ?? 0)));
}
