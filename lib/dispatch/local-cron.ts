/** What the local cron needs of the world. */
export interface LocalCronDeps {
  readonly baseUrl: string;
  readonly secret: string;
  /** Calls `act` after `ms`. */
  readonly after: (ms: number, act: () => void) => void;
  readonly onError: (error: unknown) => void;
}

const INTERVAL_MS = 60_000;
/** How often the first call knocks until the server listens, and how many times. */
const KNOCK_MS = 100;
const MAX_KNOCKS = 100;

/**
 * The local twin of Vercel's cron: calls our own cron route with the cron secret, as soon as the
 * port answers and then once a minute. A failed call is reported; the next one repairs what it missed.
 */
export function startLocalCron({ baseUrl, secret, after, onError }: LocalCronDeps): void {
  const call = async () => {
    const response = await fetch(`${baseUrl}/api/cron`, { headers: { authorization: `Bearer ${secret}` } });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`The cron route answered ${response.status}.`);
  };
  const tick = () => {
    call().catch(onError);
    after(INTERVAL_MS, tick);
  };
  const knock = (left: number) => {
    call().then(
      () => after(INTERVAL_MS, tick),
      (error: unknown) => {
        if (left > 0) return after(KNOCK_MS, () => knock(left - 1));
        onError(error);
        after(INTERVAL_MS, tick);
      },
    );
  };
  knock(MAX_KNOCKS);
}
