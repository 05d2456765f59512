import type { Clock } from "@/lib/clock";

/** What the local cron needs of the world. */
export interface LocalCronDeps {
  readonly baseUrl: string;
  readonly secret: string;
  readonly clock: Clock;
  /** Calls `act` after `ms`. */
  readonly after: (ms: number, act: () => void) => void;
  readonly onError: (error: unknown) => void;
}

const MINUTE_MS = 60_000;
/** Schedules are due on the full minute: so soon after it, what is due is due by every clock of this machine. */
const MARGIN_MS = 100;
/** How often the first call knocks until the server listens, and how many times. */
const KNOCK_MS = 100;
const MAX_KNOCKS = 100;

/**
 * The local twin of Vercel's cron: calls our own cron route with the cron secret, as soon as the
 * port answers and then just after each full minute. A failed call is reported; the next one repairs what it missed.
 */
export function startLocalCron({ baseUrl, secret, clock, after, onError }: LocalCronDeps): void {
  const call = async () => {
    const response = await fetch(`${baseUrl}/api/cron`, { headers: { authorization: `Bearer ${secret}` } });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`The cron route answered ${response.status}.`);
  };
  const goOn = () => after(MINUTE_MS - (clock() % MINUTE_MS) + MARGIN_MS, tick);
  const tick = () => {
    call().catch(onError);
    goOn();
  };
  const knock = (left: number) => {
    call().then(goOn, (error: unknown) => {
      if (left > 0) return after(KNOCK_MS, () => knock(left - 1));
      onError(error);
      goOn();
    });
  };
  knock(MAX_KNOCKS);
}
