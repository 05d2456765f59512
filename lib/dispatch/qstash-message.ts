import type { Kick } from "@/lib/core/job-store";
import type { KickMessage } from "@/lib/core/kick-message";
import { undeliveredUrl, workerUrl } from "@/lib/dispatch/machine-address";
import { BYPASS_HEADER } from "@/lib/dispatch/qstash-client";

export interface Destination {
  /** Where the application is reached from outside. */
  readonly baseUrl: string;
  readonly bypassSecret: string | undefined;
}

/** As many as every plan allows. */
const RETRIES = 3;
/** A little over the lease (30 s): when the worker is called again, the job of the killed one can be rescued. */
const RETRY_DELAY_MS = 35_000;

/** A kick as QStash takes it. */
export function toQstashMessage(kick: Kick, { baseUrl, bypassSecret }: Destination) {
  const { queue, nonce, delayMs } = kick;
  return {
    url: workerUrl(baseUrl),
    body: JSON.stringify({ queue, nonce } satisfies KickMessage),
    deduplicationId: deduplicationId(kick, baseUrl),
    retries: RETRIES,
    retryDelay: String(RETRY_DELAY_MS),
    failureCallback: undeliveredUrl(baseUrl),
    headers: {
      "content-type": "application/json",
      ...(bypassSecret && {
        [BYPASS_HEADER]: bypassSecret,
        [`upstash-failure-callback-forward-${BYPASS_HEADER}`]: bypassSecret,
      }),
    },
    ...(delayMs > 0 && { delay: Math.ceil(delayMs / 1_000) }),
  };
}

/**
 * Tells a kick that is sent again, and the same second's kick of a queue, from a new one: whatever recovers work
 * has a nonce of its own. QStash knows ids by account, so two applications must not share one; it refuses colons.
 */
const deduplicationId = ({ queue, nonce }: Kick, baseUrl: string): string =>
  [queue, nonce, new URL(baseUrl).host].map(withoutColons).join("__");

const withoutColons = (text: string) =>
  text.replace(/[^A-Za-z0-9_.-]/gu, (sign) => `_${sign.codePointAt(0)?.toString(16)}`);
